select customer_id, collection_id from survey_answers where state = 'withdrawn'
