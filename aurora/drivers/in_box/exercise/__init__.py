"""A driver that exercises a served application against its document, from outside the application's process.

Started in the sandbox as `/opt/contract/bin/python -I -m exercise`, in an environment that holds schemathesis and
nothing of the project. It reads an `ExerciseOrder` (JSON, `aurora/domain/exercise.py`) on standard input and writes
an `ExerciseResult` (JSON) on standard output; standard error is for people. It never raises: what goes wrong inside
is told as `trouble` of the result, and its exit code is 0.

`__main__` starts `child` in a process of its own with an empty environment: no hook, proxy or setting of
schemathesis is read from variables, the order of sets is the same in every run, and a child that dies still leaves a
result. `child` picks the driver of the kind in `kinds`. The Aurora package is not imported here.
"""
