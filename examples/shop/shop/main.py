"""The shop's application."""

from fastapi import FastAPI

from shop.api import items

app = FastAPI(title="Shop", version="1.0")
app.include_router(items.router)
