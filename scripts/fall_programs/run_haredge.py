"""haredge over videos: the daemon's own loop. Paths come from standard input; a line of JSON goes out for each."""

from __future__ import annotations

import json
import sys
import time

from haredge.compose import buffered, open_configured_source, open_networks
from haredge.config.schema import Config

rate_hz, pose_model = float(sys.argv[1]), sys.argv[2]
config = Config.model_validate({"pose": {"model": pose_model, "threads": 1}, "camera": {"rate_hz": rate_hz}})
networks = open_networks(config)
for line in sys.stdin:
    settings = config.model_copy(update={"source": line.strip()})
    began, possible, end_s, last = time.process_time(), [], 0.0, None
    for observation in networks.observe(iter(buffered(open_configured_source(settings), settings))):
        alarm, end_s = observation.fall_alarm, observation.frame.t
        if alarm is not None and (alarm.state, alarm.since) != last:
            last = alarm.state, alarm.since
            possible += [alarm.since] if alarm.state == "possible" else []
    print(json.dumps({"possible": possible, "end_s": end_s, "processor_s": time.process_time() - began}), flush=True)
