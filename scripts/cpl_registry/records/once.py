"""A property worked out once for each record.

`functools.cached_property` takes a lock each time up to Python 3.11; records are made by the ten
thousand and by one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801  # reads as the decorator that it is
    """The result of a method, kept in the record under the method's name."""

    def __init__(self, method: Callable[[Any], T]) -> None:
        self._method = method
        self._name = method.__name__
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, record: None, owner: type) -> once[T]: ...

    @overload
    def __get__(self, record: object, owner: type) -> T: ...

    def __get__(self, record: object | None, owner: type) -> once[T] | T:
        """Works the result out; from then on the record's own attribute is found first."""
        if record is None:
            return self
        result = record.__dict__[self._name] = self._method(record)
        return result
