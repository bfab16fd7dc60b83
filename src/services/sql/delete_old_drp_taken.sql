delete from drp_taken where until_ms < $1
