select salt, details, files from policies where version = $1
