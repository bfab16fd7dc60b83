select drp_agents.name from drp_requests join drp_agents on drp_agents.agent_id = drp_requests.agent_id where right_id = $1 and follows = 1 limit 1
