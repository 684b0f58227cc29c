"""The harm that two requests at once, or one that is sent twice, do to shared rows."""

from tests.support.gate_cases import Case

NODE = {"language": "node", "runner": "vitest", "root": ""}


def python(name: str, body: str, says: str = "", head: str = "def act(order, n):\n") -> Case:
    return Case(name, "shop/services.py", head + "".join(f"    {line}\n" for line in body.splitlines()), says=says)


def node(name: str, body: str, says: str = "") -> Case:
    text = "export async function act(order, n) {\n" + "".join(f"  {line}\n" for line in body.splitlines()) + "}\n"
    return Case(name, "src/orders.service.ts", text, says=says, toolchain=NODE)


TWICE, TWO, LOST, PAID = "without a transaction", "two requests at once make two", "one is lost", "pays twice"
BAD = [
    python("two rows of Django", "Order.objects.create(n=n)\nLine.objects.create(n=n)", TWICE),
    python("a row and a change", "order.paid = True\norder.save()\nEntry.objects.create(order=order)", TWICE),
    python("two commits", "session.add(order)\nsession.commit()\nsession.add(Entry(order))\nsession.commit()", TWICE),
    python("looked and made", "if not User.objects.filter(n=n).exists():\n    User.objects.create(n=n)", TWO),
    python(
        "looked, left and made",
        "if User.objects.filter(n=n).exists():\n    raise Taken\nreturn User.objects.create(n=n)",
        TWO,
    ),
    python(
        "looked before",
        "found = User.objects.filter(n=n).first()\nif found is None:\n    found = User.objects.create(n=n)",
        TWO,
    ),
    python("less of a stock", "item = Item.objects.get(pk=n)\nitem.stock -= 1\nitem.save()", LOST),
    python(
        "a balance", "account = Account.objects.get(pk=n)\naccount.balance = account.balance - n\naccount.save()", LOST
    ),
    python("of SQLAlchemy", "item = session.get(Item, n)\nitem.stock -= 1\nsession.commit()", LOST),
    python("an intent of Stripe", "stripe.PaymentIntent.create(amount=n, currency='eur')", PAID),
    python("a charge", "payment_gateway.charge(order.card, n)", PAID),
    python("a refund", "stripe.Refund.create(charge=order.charge)", PAID),
    node("two rows of Prisma", "await prisma.order.create({ data });\nawait prisma.line.create({ data });", TWICE),
    node("two saves of TypeORM", "await this.ordersRepository.save(order);\nawait this.linesRepo.save(n);", TWICE),
    node("a row removed and one made", "await prisma.a.delete({ where });\nawait prisma.b.create({ data });", TWICE),
    node(
        "looked and made",
        "const user = await prisma.user.findFirst({ where });\nif (!user) await prisma.user.create({ data });",
        TWO,
    ),
    node("of Mongoose", "if (await User.findOne({ n })) throw new Taken();\nawait User.create({ n });", TWO),
    node(
        "of TypeORM",
        "if (await this.userRepository.findOne({ n })) throw new Taken();\nawait this.userRepository.save(order);",
        TWO,
    ),
    node("less of a stock", "const item = await Item.findById(n);\nitem.stock -= 1;\nawait item.save();", LOST),
    node("a balance", "const a = await A.findById(n);\na.balance = a.balance - n;\nawait a.save();", LOST),
    node(
        "saved by a repository", "const item = await find(n);\nitem.quantity -= n;\nawait this.repo.save(item);", LOST
    ),
    node("Stripe", "await stripe.paymentIntents.create({ amount: n, currency: 'eur' });", PAID),
    node("a charge", "await this.payments.charge(order.card, n);", PAID),
]
GOOD = [
    python("one row", "return Order.objects.create(n=n)"),
    python("atomic", "with transaction.atomic():\n    Order.objects.create(n=n)\n    Line.objects.create(n=n)"),
    python(
        "a decorator",
        "Order.objects.create(n=n)\nLine.objects.create(n=n)",
        head="@transaction.atomic\ndef act(order, n):\n",
    ),
    python("one or the other", "if n:\n    Order.objects.create(n=n)\nelse:\n    Line.objects.create(n=n)"),
    python("one commit", "session.add(order)\nsession.add(Entry(order))\nsession.commit()"),
    python("get_or_create", "user, made = User.objects.get_or_create(n=n)"),
    python(
        "a constraint decides",
        "if User.objects.filter(n=n).exists():\n    raise Taken\ntry:\n    User.objects.create(n=n)\n"
        "except IntegrityError:\n    raise Taken",
    ),
    python("another model", "if Order.objects.filter(n=n).exists():\n    Entry.objects.create(n=n)"),
    python("F", "Item.objects.filter(pk=n).update(stock=F('stock') - 1)"),
    python("a locked row", "item = Item.objects.select_for_update().get(pk=n)\nitem.stock -= 1\nitem.save()"),
    python("a local sum", "total = 0\ntotal += n\norder.save()"),
    python("a name", "order.name = n\norder.save()"),
    python("a key", "stripe.PaymentIntent.create(amount=n, idempotency_key=order.key)"),
    python("a payment that is read", "return stripe.PaymentIntent.retrieve(n)"),
    node("one row", "return prisma.order.create({ data });"),
    node("$transaction", "await prisma.$transaction([prisma.a.create({ data }), prisma.b.create({ data })]);"),
    node("one or the other", "if (n) { await prisma.a.create({ data }); } else { await prisma.b.create({ data }); }"),
    node("upsert", "await prisma.user.upsert({ where, create, update });"),
    node(
        "looked and changed", "const a = await prisma.a.findFirst({ where });\nawait prisma.a.update({ where, data });"
    ),
    node("increment", "await prisma.item.update({ where, data: { stock: { decrement: 1 } } });"),
    node("$inc", "await Item.updateOne({ n }, { $inc: { stock: -1 } });"),
    node("a local sum", "let total = 0;\ntotal += n;\nawait order.save();"),
    node("a key", "await stripe.paymentIntents.create({ amount: n }, { idempotencyKey: order.key });"),
    node("a payment that is read", "return stripe.paymentIntents.retrieve(n);"),
]
_OLD = "def act(n):\n    Order.objects.create(n=n)\n    Line.objects.create(n=n)\n"
OLD = [Case("old writes", "shop/services.py", "# moved\n" + _OLD, _OLD)]
