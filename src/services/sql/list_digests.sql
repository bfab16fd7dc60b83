select employee, site, every, told_day from digests order by employee, site
