"""Route handlers known by their class: views of Django, DRF, Flask and others, and GraphQL types of Graphene."""

import ast
from collections.abc import Mapping

from aurora.toolchains.python.handler_sign import Sign
from aurora.toolchains.python.names import HTTP_VERBS, Function, dotted, last, origin

_ACTIONS = {
    "list": "GET", "retrieve": "GET", "create": "POST", "update": "PUT", "partial_update": "PATCH", "destroy": "DELETE",
}  # fmt: skip
_HOOKS = {"perform_create", "perform_update", "perform_destroy", "form_valid", "form_invalid"}
"""Called by a generic view in the middle of its request."""
_MUTATIONS = {"mutate", "mutate_and_get_payload", "perform_mutation"}
_DJANGO_VIEWS = {
    "View", "TemplateView", "RedirectView", "ListView", "DetailView", "CreateView", "UpdateView", "DeleteView",
    "FormView", "LoginRequiredMixin",
}  # fmt: skip
_BY_NAME = {
    "MethodView": "flask", "HTTPEndpoint": "starlette", "WebSocketEndpoint": "starlette", "HTTPMethodView": "sanic",
    "APIView": "drf", "ModelViewSet": "drf", "ViewSet": "drf", "GenericViewSet": "drf", "ReadOnlyModelViewSet": "drf",
    "GenericAPIView": "drf", "RequestHandler": "tornado", "ControllerBase": "ninja",
}  # fmt: skip


def frameworks(tree: ast.Module, origins: Mapping[str, str]) -> dict[str, str]:
    """The framework of each class of the file that is a view, by its name; bases of the same file are followed."""
    classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    packages = {name.partition(".")[0] for name in origins.values()}
    found: dict[str, str] = {}
    for _ in range(5):  # bases may stand in any order
        before = len(found)
        for name, node in classes.items():
            for base in node.bases:
                framework = found.get(dotted(base)) or _of_base(
                    origin(base, origins), packages, dotted(base) in classes
                )
                if framework and name not in found:
                    found[name] = framework
        if len(found) == before:
            break
    return found


def _of_base(base: str, packages: set[str], own: bool) -> str:
    package, name = base.partition(".")[0], last(base)
    if own:
        return ""
    if package == "rest_framework" or (package in ("drf_spectacular", "djoser", "rest_framework_simplejwt")):
        return "drf" if name.endswith(("View", "ViewSet", "ViewSetMixin")) else ""
    if package in ("flask", "flask_restful", "flask_restx", "flask_classful", "flask_smorest", "quart"):
        return "flask" if name in ("MethodView", "View", "Resource", "FlaskView") else ""
    if package in ("starlette", "fastapi"):
        return "starlette" if name.endswith("Endpoint") else ""
    if package == "aiohttp":
        return "aiohttp" if name == "View" else ""
    if package == "graphene" or (package.startswith("graphene") and name in ("DjangoObjectType", "ClientIDMutation")):
        return "graphene" if name.endswith(("ObjectType", "Mutation")) else ""
    if package == "django":
        return "django" if name.endswith("View") else ""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if "rest_framework" in packages and name.endswith(("APIView", "ViewSet", "Viewset", "ModelViewSet")):
        return "drf"
    if name.endswith("Resource") and packages & {"flask", "flask_restful", "flask_restx"}:
        return "flask"
    if "django" in packages and (name in _DJANGO_VIEWS or name.endswith("View")):
        return "django"
    if "graphene" in packages and name.endswith(("Mutation", "ObjectType")):
        return "graphene"
    return "graphene" if name in ("BaseMutation", "ModelMutation") else ""


def sign(
    function: Function, owner: ast.ClassDef | None, known: Mapping[str, str], registered: Mapping[str, Sign]
) -> Sign | None:
    if owner is None:
        return None
    name = function.name
    if name.startswith("on_") and name.removeprefix("on_").partition("_")[0] in HTTP_VERBS:
        given = [one.arg for one in function.args.args]
        if given[1:3] in (["req", "resp"], ["request", "response"], ["req", "res"]):
            return Sign("falcon", (name.split("_")[1].upper(),))
    framework = known.get(owner.name, "")
    view = registered.get(owner.name)
    if view is not None and not framework:
        framework = view.framework
    path = view.path if view is not None else ""
    if not framework or framework == "ninja":
        return None
    if framework == "graphene":
        resolver = name.startswith("resolve_") or name in _MUTATIONS
        return Sign("graphql") if resolver else None
    if name in HTTP_VERBS:
        return Sign(framework, (name.upper(),), path)
    if framework == "drf" and name in _ACTIONS:
        return Sign("drf", (_ACTIONS[name],), path)
    if framework in ("drf", "django") and name in _HOOKS:
        return Sign(framework, (), path)
    if framework == "flask" and name == "dispatch_request":
        return Sign("flask", (), path)
    if framework == "starlette" and name in ("on_connect", "on_receive", "on_disconnect"):
        return Sign("starlette", (), path)
    return None
