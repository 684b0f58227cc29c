"""A credential that a Django project makes by itself, for a superuser in the data store that it is served with."""

from typing import NamedTuple

from aurora.contract import made_values
from aurora.contract.log_in_code import Code

FRAMEWORK = "django"
"""As `ServeRecipe.framework` calls it."""
# statements without blocks: a command of aurora.yaml is one line
_USER = f"""
from django.contrib.auth import get_user_model
U = get_user_model()
given = lambda name: '{made_values.EMAIL}' if 'mail' in name else '{made_values.NAME}'
fields = {{name: given(name) for name in (U.USERNAME_FIELD, *U.REQUIRED_FIELDS)}}
u = U.objects.filter(is_superuser=True).first()
u = u or U.objects.create_superuser(password='{made_values.PASSWORD}', **fields)
"""
_BASIC = f"""
import base64
u.set_password('{made_values.PASSWORD}'); u.save()
print('Basic ' + base64.b64encode((u.get_username() + ':{made_values.PASSWORD}').encode()).decode())
"""
_SESSION = """
from django.test import Client
c = Client(); c.force_login(u)
print(next(iter(c.cookies.values())).value)
"""
_SIMPLE_JWT = """
from rest_framework_simplejwt.tokens import AccessToken
print('{prefix}' + str(AccessToken.for_user(u)))
"""
_REST = """
from rest_framework.authtoken.models import Token
print('Token ' + Token.objects.get_or_create(user=u)[0].key)
"""


class LogInCommand(NamedTuple):
    command: tuple[str, ...]
    """Prints the whole value of the header or the cookie."""
    what: str


def command(code: Code, *, basic: bool, cookie: bool, prefix: str) -> LogInCommand | None:
    """None where nothing that is known is installed. `prefix`: what stands before a token."""
    if basic:
        program, what = _BASIC, "its basic authentication"
    elif cookie:
        program, what = _SESSION, "a session"
    elif code.simple_jwt and not (prefix == "Token " and code.rest_tokens):
        program, what = _SIMPLE_JWT.replace("{prefix}", prefix), "a token of rest_framework_simplejwt"
    elif code.rest_tokens:
        program, what = _REST, "a token of rest_framework.authtoken"
    else:
        return None
    line = "; ".join(said for said in (_USER + program).split("\n") if said)
    return LogInCommand(("python", "manage.py", "shell", "-v", "0", "-c", line), what)
