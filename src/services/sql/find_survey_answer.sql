select survey_id, answer_id, collection_id, state, version, policy_version, at_ms, sealed
from survey_answers where customer_id = $1 and survey_id = $2
