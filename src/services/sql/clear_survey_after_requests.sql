update surveys set after_requests = 0 where after_requests = 1
