# ruff: noqa: E501  texts of tests are lines of a table
"""Tests that assert nothing or replace what they are about, and those that look so."""

import pytest

from aurora.toolchains.node.weak_tests import weak_tests as of_node
from aurora.toolchains.python.weak_tests import weak_tests as of_python
from aurora.toolchains.weak_tests import NOTHING, OWN_MOCK

SUBJECTS = ("total", "Cart", "create_order", "send")

PYTHON_WEAK = {
    "calls and forgets": "def test_sum():\n    total([1, 2])\n",
    "passes": "def test_sum():\n    pass\n",
    "only a docstring": 'def test_sum():\n    """Adds."""\n',
    "asserts true": "def test_sum():\n    total([1])\n    assert True\n",
    "prints": "def test_sum():\n    print(total([1]))\n",
    "behind a return": "def test_sum():\n    result = total([1])\n    return\n    assert result == 1\n",
    "swallowed": "def test_sum():\n    try:\n        assert total([1]) == 2\n    except AssertionError:\n        pass\n",
    "never": "def test_sum():\n    if False:\n        assert total([1]) == 1\n",
    "a response nobody looks at": "async def test_order(client):\n    await client.post('/orders', json={})\n",
    "a helper that asserts nothing": "def go():\n    return total([1])\n\n\ndef test_sum():\n    go()\n",
    "a method": "class TestSum:\n    def test_sum(self):\n        self.result = total([1])\n",
    "patched by name": "def test_sum():\n    with patch('app.prices.total', return_value=3):\n"
    "        assert total([1, 2]) == 3\n",
    "patched on its module": "def test_sum(mocker):\n    mocker.patch.object(prices, 'total', return_value=3)\n"
    "    assert prices.total([1, 2]) == 3\n",
    "patched by a decorator": "@patch('app.prices.total')\ndef test_sum(fake):\n    fake.return_value = 3\n"
    "    assert prices.total([1]) == 3\n",
    "monkeypatched": "def test_sum(monkeypatch):\n    monkeypatch.setattr(prices, 'total', lambda _: 3)\n"
    "    assert prices.total([1]) == 3\n",
    "a mock that it calls": "def test_send():\n    send = Mock()\n    send('a')\n    send.assert_called_once_with('a')\n",
}
PYTHON_SOUND = {
    "an assertion": "def test_sum():\n    assert total([1]) == 1\n",
    "unittest's": "class TestSum(TestCase):\n    def test_sum(self):\n        self.assertEqual(total([1]), 1)\n",
    "raises": "def test_sum():\n    with pytest.raises(ValueError):\n        total(['a'])\n",
    "a helper": "def same(a, b):\n    assert a == b\n\n\ndef test_sum():\n    same(total([1]), 1)\n",
    "a helper's helper": "def one(a):\n    assert a\n\n\ndef two(a):\n    one(a)\n\n\ndef test_sum():\n    two(total([1]))\n",
    "imported by name": "from shop import check_total\n\n\ndef test_sum():\n    check_total([1], 1)\n",
    "from the tests' helpers": "from tests.helpers import run\n\n\ndef test_sum():\n    run([1], 1)\n",
    "a base's method": "class TestSum(Base):\n    def test_sum(self):\n        self.sums_to([1], 1)\n",
    "does not raise": "def test_an_empty_list_does_not_raise():\n    total([])\n",
    "a status that raises": "def test_order(client):\n    client.get('/orders').raise_for_status()\n",
    "a mock of another": "def test_order(mailer):\n    mailer = Mock()\n    create_order({}, mailer)\n"
    "    mailer.send.assert_called_once_with('a')\n",
    "the clock is patched": "def test_order():\n    with patch('app.orders.now', return_value=1):\n"
    "        assert create_order({}).at == 1\n",
    "a collaborator is patched": "def test_order(mocker):\n    mocker.patch('app.orders.send')\n"
    "    assert create_order({}).total == 0\n",
    "a spy": "def test_sum():\n    with patch.object(prices, 'total', wraps=prices.total) as seen:\n"
    "        assert prices.total([1]) == 1\n        seen.assert_called_once()\n",
    "another of its name": "def test_sum(monkeypatch):\n    monkeypatch.setattr(rates, 'total', lambda: 1)\n"
    "    assert prices.total([1]) == 1\n",
    "raises by hand": "def test_sum():\n    if total([1]) != 1:\n        raise AssertionError\n",
    "re-raised": "def test_sum():\n    try:\n        assert total([1]) == 1\n    finally:\n        pass\n",
    "skipped": "@pytest.mark.skip\ndef test_sum():\n    pass\n",
    "a snapshot": "def test_sum(snapshot):\n    snapshot.assert_match(total([1]))\n",
    "soft": "def test_sum(soft):\n    with check:\n        assert total([1]) == 1\n",
}
NODE_WEAK = {
    "calls and forgets": "it('adds', () => { total([1, 2]); });",
    "empty": "it('adds', () => {});",
    "waits and forgets": "test('adds', async () => { await request(app).get('/total'); });",
    "expects true": "it('adds', () => { total([1]); expect(true).toBe(true); });",
    "expect without a matcher": "it('adds', () => { expect(total([1])); });",
    "logs": "it('adds', () => { console.log(total([1])); });",
    "behind a return": "it('adds', () => { return; expect(total([1])).toBe(1); });",
    "swallowed": "it('adds', () => { try { expect(total([1])).toBe(2); } catch (error) {} });",
    "never": "it('adds', () => { if (false) { expect(total([1])).toBe(1); } });",
    "a helper that asserts nothing": "const go = () => total([1]);\nit('adds', () => { go(); });",
    "in a table": "it.each([[1]])('adds %i', (n) => { total([n]); });",
    "a spy that lies": "it('adds', () => { vi.spyOn(prices, 'total').mockReturnValue(3); expect(prices.total([1])).toBe(3); });",
    "a stub": "it('adds', () => { sinon.stub(prices, 'total').returns(3); assert.equal(prices.total([1]), 3); });",
    "a mock that it calls": "it('sends', () => { const send = jest.fn(); send('a'); expect(send).toHaveBeenCalledWith('a'); });",
}
NODE_SOUND = {
    "expects": "it('adds', () => { expect(total([1])).toBe(1); });",
    "node's": "test('adds', () => { assert.equal(total([1]), 1); });",
    "chai's should": "it('adds', () => { total([1]).should.equal(1); });",
    "supertest's": "it('answers', () => request(app).get('/').expect(200));",
    "supertest's, with done": "it('answers', (done) => { request(app).get('/').expect(200, done); });",
    "tap's": "test('adds', (t) => { t.equal(total([1]), 1); t.end(); });",
    "ava's": "test('adds', t => { t.is(total([1]), 1); });",
    "a helper": "function same(a, b) { expect(a).toBe(b); }\nit('adds', () => { same(total([1]), 1); });",
    "from another file": "import { run } from './helpers';\nit('adds', () => { run([1], 1); });",
    "by its name": "it('adds', () => { checkTotal([1], 1); });",
    "does not throw": "it('does not throw for an empty list', () => { total([]); });",
    "throws by hand": "it('adds', () => { if (total([1]) !== 1) throw new Error('no'); });",
    "a mock of another": "it('orders', () => { const mail = vi.fn(); createOrder({}, mail); expect(mail).toHaveBeenCalled(); });",
    "a spy that looks on": "it('adds', () => { vi.spyOn(prices, 'total'); expect(prices.total([1])).toBe(1); });",
    "the clock": "it('adds', () => { vi.spyOn(Date, 'now').mockReturnValue(1); expect(total([Date.now()])).toBe(1); });",
    "elsewhere": "it('adds', checked);",
    "a snapshot": "it('adds', () => { expect(total([1])).toMatchSnapshot(); });",
    "skipped": "it.skip('adds', () => {});",
    "of types": "it('is typed', () => { expectTypeOf(total).returns.toBeNumber(); });",
    "in a callback": "it('adds', async () => { await run((x) => { expect(x).toBe(1); }); });",
}


@pytest.mark.parametrize("case", PYTHON_WEAK)
def test_a_weak_test_in_python_is_found(case):
    assert len(of_python(PYTHON_WEAK[case], SUBJECTS)) == 1


@pytest.mark.parametrize("case", PYTHON_SOUND)
def test_a_sound_test_in_python_is_left_alone(case):
    assert of_python(PYTHON_SOUND[case], SUBJECTS) == ()


@pytest.mark.parametrize("case", NODE_WEAK)
def test_a_weak_test_in_typescript_is_found(case):
    assert len(of_node(NODE_WEAK[case], SUBJECTS)) == 1


@pytest.mark.parametrize("case", NODE_SOUND)
def test_a_sound_test_in_typescript_is_left_alone(case):
    assert of_node(NODE_SOUND[case], SUBJECTS) == ()


def test_it_is_said_what_is_weak():
    (nothing,) = of_python(PYTHON_WEAK["a method"], SUBJECTS)
    assert (nothing.name, nothing.line, nothing.why) == ("TestSum::test_sum", 2, NOTHING)
    (own,) = of_node(NODE_WEAK["a mock that it calls"], SUBJECTS)
    assert own.why == OWN_MOCK
    (replaced,) = of_node(NODE_WEAK["a stub"], SUBJECTS)
    assert "replaces `total`" in replaced.why


@pytest.mark.parametrize("read", [of_python, of_node])
def test_what_can_not_be_read_has_no_weak_tests(read):
    assert read("def (((\n", SUBJECTS) == ()
