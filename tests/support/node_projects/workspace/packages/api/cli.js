#!/usr/bin/env node
console.log("shop");
