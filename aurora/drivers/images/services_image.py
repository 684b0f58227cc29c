"""The image that holds the services a project's tests ask for, on the base image: `aurora/services:<digest>`.

Built when the first task asks for this set of them; who asks for none has none in the image.
"""

from collections.abc import Callable, Sequence

from aurora.drivers.engine.docker_engine import ImageNotFound, connect
from aurora.drivers.images.base_image import digest, present
from aurora.drivers.images.image_builder import building
from aurora.drivers.in_box import places
from aurora.errors import EngineError
from aurora.settings.repository import ServiceName
from aurora.settings.services import SERVICES, environment

IN_BOX = "/opt/aurora/in_box"
LOG_TAIL = 1500
SMOKE = (
    "import sys; sys.path.insert(0, '/opt/aurora'); from in_box import services, test_server; "
    "services.start({ports!r}); test_server.sweep()"
)


def reference_of(base: str, names: Sequence[ServiceName]) -> str:
    # only what the image is made of, and in an order of its own: a set's `repr` differs from process to process
    made_of = [
        (name, SERVICES[name].package, SERVICES[name].port, sorted(environment([name]).items())) for name in names
    ]
    return f"aurora/services:{digest(base, made_of)}"


def ensure_services_image(
    base: str, names: Sequence[ServiceName], progress: Callable[[str], None], task: str = ""
) -> str:
    """Build or find it; its tag. Blocking. Raises `EngineError`, `EngineForbidden`, `DiskFull`."""
    engine, reference = connect(), reference_of(base, names)
    if present(engine, reference):
        return reference
    listed = ", ".join(names)
    progress(f"sandbox image: adding {listed} (about half a minute)")
    given = [f"{key}={value}" for key, value in environment(names).items()]
    install = ["sh", f"{IN_BOX}/install_services.sh", *(SERVICES[name].package for name in names)]
    smoke = ["python3", "-I", "-c", SMOKE.format(ports={name: SERVICES[name].port for name in names})]
    as_tester = ["setpriv", "--reuid", str(places.TEST_UID), "--regid", str(places.TEST_UID), "--clear-groups"]
    try:
        with building(engine, base, task) as builder:
            code, said = builder.run(["env", *given, *install])
            if code:
                raise EngineError(f"{listed} could not be installed:\n{said[-LOG_TAIL:]}", retry_after=10)
            code, said = builder.run([*as_tester, *smoke])
            if code:
                raise EngineError(f"{listed} do not start in their image:\n{said[-LOG_TAIL:]}", retry_after=10)
            if present(engine, reference) is None:  # another worker may have been faster
                builder.commit(reference, {"product": "aurora"})
    except ImageNotFound as error:
        raise EngineError(f"the base image {base} was removed while it was used", retry_after=1) from error
    return reference
