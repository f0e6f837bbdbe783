"""Templates that people write: nothing in them runs into the limits of the machine."""

from __future__ import annotations

import pytest
from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError

from xlreport.storage.jinja_bounds import BoundedEnvironment, BoundedImmutableEnvironment

ENVIRONMENTS = pytest.mark.parametrize("environment", [BoundedEnvironment(), BoundedImmutableEnvironment()])


@ENVIRONMENTS
@pytest.mark.parametrize(
    "tag",
    [
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "[" * 200 + "]" * 200 + " }}",
        "{{ " + "- " * 3000 + "1 }}",
        "{{ 1" + "|upper" * 3000 + " }}",
        "{{ a" + ".a" * 3000 + " }}",
        "{{ 1" + "+1" * 300 + " }}",
        "{{ " + "9" * 5000 + " }}",
        "{% if a %}" * 300 + "{% endif %}" * 300,
    ],
    ids=lambda tag: f"{tag[:12]}…{len(tag)}",
)
def test_nesting(environment, tag):
    """Tags nested beyond all bounds are a syntax error, and its line is told where one line alone is beyond them."""
    for work in (environment.parse, environment.compile):
        with pytest.raises(TemplateSyntaxError, match="标签嵌套超过64层") as caught:
            work(f"一\n二\n{tag}\n")
        assert caught.value.lineno == 3


@ENVIRONMENTS
def test_loops_in_one_another(environment):
    """More loops in one another than Python holds are a syntax error of the template."""
    with pytest.raises(TemplateSyntaxError, match="嵌套"):
        environment.compile("{% for a in b %}" * 25 + "{% endfor %}" * 25)


@ENVIRONMENTS
@pytest.mark.parametrize("tag", ["'x'*10**10", "[1]*10**9", "10**9*(1,)", "2**(10**6)", "9**64**64"])
def test_products(environment, tag):
    """What would fill the memory is not computed."""
    with pytest.raises(SecurityError, match="的结果太大"):
        environment.from_string("{{ n and " + tag + " }}").render(n=1)


@ENVIRONMENTS
@pytest.mark.parametrize(
    "tag",
    [
        "t|center(10**9)",
        "t|indent(width=10**9)",
        "t.zfill(10**9)",
        "t.ljust(10**9)",
        "'%999999999d' % n",
        "'{:999999999}'.format(n)",
    ],
)
def test_widths(environment, tag):
    """Nor is what a width would pad without end."""
    with pytest.raises(SecurityError, match="结果太大"):
        environment.from_string("{{ " + tag + " }}").render(n=1, t="文字")


@ENVIRONMENTS
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ 2*3 }}", "6"),
        ("{{ 'ab'*3 }}", "ababab"),
        ("{{ 2**10 }}", "1024"),
        ("{{ '%05d' % 7 }}{{ 'a'|center(3) }}{{ 7 % 4 }}{{ '{:>3}'.format(1) }}", "00007 a 3  1"),
        ("{{ 1.5*2 }}", "3.0"),
        ("{{ 1" + "~1" * 500 + " }}", "1" * 501),
        ("{{ " + "(" * 50 + "1" + ")" * 50 + " }}", "1"),
    ],
    ids=lambda text: text[:12],
)
def test_ordinary(environment, text, expected):
    """What is within the bounds is computed as ever."""
    assert expected == environment.from_string(text).render()
