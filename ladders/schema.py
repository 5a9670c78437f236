"""The JSON Schema that editors use while a ladder file is written, generated from the model.

``ladders/ladder.schema.json`` holds it; ``python -m ladders.schema > ladders/ladder.schema.json`` makes it anew.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ladders.model import Ladder, Part


class _ForEditors(GenerateJsonSchema):
    """No nulls (a key is written or left out) and no titles made from field names."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if made.get("default", ...) in (None, {}, []) or isinstance(schema.get("default"), Decimal | Part):
            made.pop("default", None)  # nothing, or a value that a file writes in another way
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def ladder_schema() -> str:
    """The schema as the file's text."""
    made = Ladder.model_json_schema(by_alias=True, mode="validation", schema_generator=_ForEditors)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    print(ladder_schema(), end="")
