"""What holds for every stage of the pipeline."""

import pytest

from pipeline.engine.freshness import is_media
from pipeline.engine.stage import Stage, StageSettings
from pipeline.stages import all_stages


@pytest.mark.parametrize("stage", all_stages(), ids=lambda stage: stage.name)
def test_whoever_edits_an_output_is_told_where_the_change_belongs(
    stage: Stage[StageSettings],
) -> None:
    if any(not is_media(name.rstrip("?")) for name in stage.outputs if not name.endswith("*")):
        assert ".toml" in stage.belongs or "templates/" in stage.belongs
