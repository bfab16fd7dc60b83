select c.channel, c.policy_version, c.at_ms, k.state,
    (select count(*) from permissions p where p.customer_id = c.customer_id and p.granted = 0)
from collections c join customers k on k.customer_id = c.customer_id where c.customer_id = $1
