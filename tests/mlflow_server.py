#!/usr/bin/env python3
"""A small MLflow tracking server for the tests, on loopback: the calls of the REST API that dw-model export makes, with MLflow's own rules
about them (required fields, error codes), everything in memory.

  mlflow_server.py

Prints its port. What stands on its standard input is done line by line, and answered by a line:

  serve [--artifacts URI] [--token TOKEN] [--fail PATH] [--fail-once] [--without aliases|stages] [--not-found STATUS]
    It is empty, and such a server, from then on. --fail: calls of that path (the first only, with --fail-once) get status 500. --without: the
    server of another time, before there were aliases (2.3) or when there are no stages. --not-found: how an alias that is not there is told:
    400 as MLflow's own store does, 404 as others.
  EXPRESSION
    The value of this expression of Python about what it holds, which is s.
"""
import argparse
import base64
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

arguments = argparse.ArgumentParser()
arguments.add_argument("--artifacts", default="mlflow-artifacts:")
arguments.add_argument("--token")
arguments.add_argument("--fail")
arguments.add_argument("--fail-once", action="store_true")
arguments.add_argument("--without", choices=["aliases", "stages"])
arguments.add_argument("--not-found", type=int, default=400)
options = None
state = {}
API = "/api/2.0/"


class Refusal(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.body = status, {"error_code": code, "message": message}


def need(body, key, kind=str):
    if not isinstance(body.get(key), kind) or body[key] == "":
        raise Refusal(400, "INVALID_PARAMETER_VALUE", f"Missing value for required parameter '{key}'")
    return body[key]


def pairs(body):
    for tag in body.get("tags", []):
        need(tag, "key"), need(tag, "value")
    return {tag["key"]: tag["value"] for tag in body.get("tags", [])}


def run_of(body):
    run = state["runs"].get(need(body, "run_id"))
    if run is None:
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"Run '{body['run_id']}' not found")
    return run


def experiment_by_name(body):
    for number, name in state["experiments"].items():
        if name == body["experiment_name"]:
            return {"experiment": {"experiment_id": number, "name": name}}
    raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"Could not find experiment with name '{body['experiment_name']}'")


def experiment_create(body):
    number = str(len(state["experiments"]) + 1)
    state["experiments"][number] = need(body, "name")
    return {"experiment_id": number}


def run_create(body):
    if need(body, "experiment_id") not in state["experiments"]:
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", "No such experiment")
    number = f"{len(state['runs']) + 1:032x}"
    uri = f"{options.artifacts}/{body['experiment_id']}/{number}/artifacts"
    state["runs"][number] = {"status": "RUNNING", "start": need(body, "start_time", int), "name": body.get("run_name"), "tags": pairs(body), "metrics": {},
                             "experiment": body["experiment_id"], "uri": uri}
    return {"run": {"info": {"run_id": number, "artifact_uri": uri}}}


def run_search(body):
    tag = re.fullmatch(r"tags\.`([\w.]+)` = '([^']*)'", need(body, "filter"))
    if not tag:
        raise Refusal(400, "INVALID_PARAMETER_VALUE", f"Invalid filter '{body['filter']}'")
    found = []
    for number, run in state["runs"].items():
        if run["experiment"] in need(body, "experiment_ids", list) and run["tags"].get(tag[1]) == tag[2]:
            found.append({"info": {"run_id": number, "artifact_uri": run["uri"], "status": run["status"], "start_time": run["start"]}})
    return {"runs": found[:need(body, "max_results", int)]} if found else {}


def log_batch(body):
    run = run_of(body)
    for metric in body.get("metrics", []):
        if not re.fullmatch(r"[\w\-. /]+", need(metric, "key")):
            raise Refusal(400, "INVALID_PARAMETER_VALUE", f"Invalid metric name: '{metric['key']}'")
        need(metric, "value", (int, float)), need(metric, "timestamp", int)
        run["metrics"][metric["key"]] = metric["value"]
    return {}


def run_update(body):
    run_of(body).update(status=need(body, "status"), end=need(body, "end_time", int))
    return {}


def model_create(body):
    if need(body, "name") in state["models"]:
        raise Refusal(400, "RESOURCE_ALREADY_EXISTS", f"Registered Model (name={body['name']}) already exists.")
    state["models"][body["name"]] = []
    state["aliases"][body["name"]] = {}
    return {"registered_model": {"name": body["name"]}}


def versions(body):
    if need(body, "name") not in state["models"]:
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"Registered Model with name={body['name']} not found")
    return state["models"][body["name"]]


def version_create(body):
    run_of(body)
    versions(body).append({"source": need(body, "source"), "run_id": body["run_id"], "tags": pairs(body), "stage": "None"})
    return {"model_version": {"name": body["name"], "version": str(len(versions(body)))}}


def version_search(body):
    run = re.fullmatch(r"run_id='(\w+)'", need(body, "filter"))
    return {"model_versions": [{"name": name, "version": str(i + 1), "run_id": v["run_id"]} for name, all in state["models"].items()
                               for i, v in enumerate(all) if v["run_id"] == run[1]]}


def transition(body):
    if need(body, "stage") not in ("None", "Staging", "Production", "Archived"):
        raise Refusal(400, "INVALID_PARAMETER_VALUE", "Invalid Model Version stage")
    if body.get("archive_existing_versions"):
        if body["stage"] not in ("Staging", "Production"):
            raise Refusal(400, "INVALID_PARAMETER_VALUE", "Model version transition cannot archive existing model versions")
        for other in versions(body):
            if other["stage"] == body["stage"]:
                other["stage"] = "Archived"
    versions(body)[int(need(body, "version")) - 1]["stage"] = body["stage"]
    return {}


def alias_of(body):
    versions(body)
    alias = need(body, "alias")
    if not re.fullmatch(r"[\w-]{1,255}", alias) or alias.lower() == "latest" or re.fullmatch(r"[vV]\d+", alias):
        raise Refusal(400, "INVALID_PARAMETER_VALUE", f"Invalid alias name: '{alias}'.")
    return state["aliases"][body["name"]], alias


def alias_set(body):
    aliases, alias = alias_of(body)
    if not 1 <= int(need(body, "version")) <= len(versions(body)):
        raise Refusal(404, "RESOURCE_DOES_NOT_EXIST", f"Model Version (name={body['name']}, version={body['version']}) not found")
    aliases[alias] = body["version"]
    return {}


def alias_delete(body):
    aliases, alias = alias_of(body)
    aliases.pop(alias, None)
    return {}


def alias_get(body):
    aliases, alias = alias_of(body)
    if alias not in aliases:
        code = "INVALID_PARAMETER_VALUE" if options.not_found == 400 else "RESOURCE_DOES_NOT_EXIST"
        raise Refusal(options.not_found, code, f"Registered model alias {alias} not found.")
    number = aliases[alias]
    version = versions(body)[int(number) - 1]
    return {"model_version": {"name": body["name"], "version": number, "run_id": version["run_id"], "source": version["source"], "current_stage": version["stage"],
                              "tags": [{"key": key, "value": value} for key, value in version["tags"].items()],
                              "aliases": [other for other, at in aliases.items() if at == number]}}


CALLS = {
    ("GET", "mlflow/experiments/get-by-name"): experiment_by_name,
    ("POST", "mlflow/experiments/create"): experiment_create,
    ("POST", "mlflow/runs/create"): run_create,
    ("POST", "mlflow/runs/search"): run_search,
    ("POST", "mlflow/runs/log-batch"): log_batch,
    ("POST", "mlflow/runs/update"): run_update,
    ("POST", "mlflow/registered-models/create"): model_create,
    ("POST", "mlflow/model-versions/create"): version_create,
    ("GET", "mlflow/model-versions/search"): version_search,
    ("POST", "mlflow/model-versions/transition-stage"): transition,
    ("POST", "mlflow/registered-models/alias"): alias_set,
    ("DELETE", "mlflow/registered-models/alias"): alias_delete,
    ("GET", "mlflow/registered-models/alias"): alias_get,
}
LACKING = {"aliases": "mlflow/registered-models/alias", "stages": "mlflow/model-versions/transition-stage"}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def serve(self):
        url = urlsplit(self.path)
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = url.path[len(API):] if url.path.startswith(API) else url.path
        try:
            if options.token and self.headers.get("Authorization") != f"Bearer {options.token}":
                raise Refusal(401, "UNAUTHENTICATED", "Who is this?")
            if options.fail == path:
                options.fail = None if options.fail_once else path
                raise Refusal(500, "INTERNAL_ERROR", "Out of order\n\x1b[31mtoday")
            if self.command == "PUT" and path.startswith("mlflow-artifacts/artifacts/"):
                state["artifacts"][unquote(path[len("mlflow-artifacts/artifacts/"):])] = base64.b64encode(data).decode()
                result = {}
            elif (self.command, path) in CALLS and LACKING.get(options.without) != path:
                body = {key: value[0] for key, value in parse_qs(url.query).items()} if self.command == "GET" else json.loads(data)
                result = CALLS[self.command, path](body)
            else:
                raise Refusal(404, "ENDPOINT_NOT_FOUND", f"No API found for '{self.command} {path}'")
            self.answer(200, result)
        except Refusal as refusal:
            self.answer(refusal.status, refusal.body)

    do_GET = do_POST = do_PUT = do_DELETE = serve


def told(line):
    global options
    words = line.split()
    if words[0] != "serve":
        return eval(line, {"s": json.loads(json.dumps(state, sort_keys=True)), "base64": base64})
    options = arguments.parse_args(words[1:])
    state.clear()
    state.update({"experiments": {}, "runs": {}, "models": {}, "aliases": {}, "artifacts": {}})
    return "ready"


server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
for line in sys.stdin:
    try:
        print(told(line.strip()), flush=True)
    except Exception as error:
        print(repr(error), flush=True)
