"""Prints what cloudformation-validate finds in each template, one JSON object a line."""

import json
import sys

from cloudformation_validate import CompositeEngine, Severity, ValidateConfig

engine = CompositeEngine()
for path in sys.argv[1:]:
    report = engine.validate_template(path, ValidateConfig(severity_level=Severity.WARN))
    for found in report.diagnostics:
        place = f"{path} {found.entity.logical_id if found.entity else ''}"
        print(json.dumps({"rule": found.rule_id, "place": place, "message": found.message}))
