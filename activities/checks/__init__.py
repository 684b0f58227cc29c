"""Parts that the steps with a sandbox share: the tools of the project, the changes of a draft."""
