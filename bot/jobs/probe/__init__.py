"""The probe: with a second account the bot asks itself a question, to see whether an answer comes."""
