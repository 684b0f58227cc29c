"""Parts that the steps with a model share: the brief, the call, the conversation."""
