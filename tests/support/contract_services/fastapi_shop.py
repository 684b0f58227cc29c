"""The service on FastAPI."""

APP = '''"""Items, behind a log-in."""

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

app = FastAPI()
items: dict[int, dict] = {}
bearer = HTTPBearer(auto_error=False)


class LogIn(BaseModel):
    name: str = Field(max_length=40)
    password: str = Field(max_length=40)


class NewItem(BaseModel):
    name: str = Field(min_length=1, max_length=60)
    quantity: int = Field(ge=0, le=1000)


def user(given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
    if given is None or given.credentials != "token-of-ada":
        raise HTTPException(401, "log in first")
    return "ada"


Id = Annotated[int, Path(ge=1, le=1000000)]
User = Annotated[str, Depends(user)]


@app.middleware("http")
async def guard(request: Request, call_next):
    return await call_next(request)


@app.post("/login")
def login(body: LogIn):
    if (body.name, body.password) != ("ada", "secret"):
        raise HTTPException(401, "wrong name or password")
    return {"access_token": "token-of-ada"}


@app.post("/items", status_code=201)
def make(body: NewItem, user: User):
    item = {"id": len(items) + 1, "name": body.name, "quantity": body.quantity}
    items[item["id"]] = item
    return item


@app.get("/items/{id}")
def read(id: Id, user: User):
    if id not in items:
        raise HTTPException(404, "no such item")
    return items[id]


@app.delete("/items/{id}", status_code=204)
def remove(id: Id, user: User):
    if items.pop(id, None) is None:
        raise HTTPException(404, "no such item")


@app.get("/health")
def health():
    return {"up": True}
'''
FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi", "uvicorn"]\n',
    "shop/__init__.py": "",
    "shop/app.py": APP,
    "tests/test_shop.py": "def test_shop():\n    assert True\n",
}
PROPERTY = ("    return items[id]\n", '    return {"id": id, "name": items[id]["name"]}\n')
STATUS = ('@app.post("/items", status_code=201)', '@app.post("/items", status_code=202)')
FAILS = ("    items[item", "    10 // body.quantity\n    items[item")
IGNORES = ("def remove(id: Id, user: User):", "def remove(id: Id):")
MIDDLEWARE = (
    "    return await call_next(request)\n",
    '    if request.url.path == "/health":\n        return JSONResponse({"ok": 1}, 200)\n'
    "    return await call_next(request)\n",
)
ENDS = ("app = FastAPI()", "app = FastAPI(\nroutes = None")
