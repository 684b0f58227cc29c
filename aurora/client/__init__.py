"""The client: submit a task, see it, answer it, steer it. Every surface stands on it and on nothing below it.

    from aurora.bootstrap import open_client
    from aurora.client.submit import Local, TaskRequest

    client = await open_client()
    submitted = await client.submit(TaskRequest("Create a POST /users endpoint", Local("path/to/repository")))
    async for event in client.follow(submitted.task_id): ...
    view = await client.view(submitted.task_id)

What can't be done is a `Refusal` (`aurora.errors`): `what` and `hint` for a person, `code` and `reason` for a program.
`desk` holds what can be asked and said, `submit` what is checked before a task starts, `events` what is followed.
"""
