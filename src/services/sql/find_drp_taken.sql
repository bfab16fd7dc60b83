select until_ms from drp_taken where digest = $1
