"""Runs on a host as root, by its own Python and with nothing else: one look at all that the tests ask about.

The first argument is a JSON document: `paths` to read, `sysctl` keys, `names` and `addresses` to look up, `services`
to ask for, and a `word` to log. What was seen is printed as JSON. Nothing is changed but that one log line.
"""

import concurrent.futures
import json
import pathlib
import pwd
import socket
import subprocess
import sys


def said(*words: str) -> str:
    """What a command printed; its complaint where it failed, so that the test shows it."""
    try:
        done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{words[0]}: {error}"
    return done.stdout if done.returncode == 0 else f"{words[0]} ended with {done.returncode}: {done.stderr}"


def read(path: str) -> dict[str, str] | None:
    """A file's text, octal mode and owner; None where there is none."""
    try:
        status = pathlib.Path(path).stat()
        text = pathlib.Path(path).read_text(errors="replace")
    except OSError:
        return None
    return {"text": text, "mode": f"{status.st_mode & 0o7777:04o}", "owner": pwd.getpwuid(status.st_uid).pw_name}


def size(path: str) -> int:
    """Bytes of a file; 0 where there is none."""
    try:
        return pathlib.Path(path).stat().st_size
    except OSError:
        return 0


def setting(key: str) -> str | None:
    """A kernel setting as the kernel has it; None where it has none."""
    try:
        return pathlib.Path("/proc/sys", *key.split(".")).read_text().strip()
    except OSError:
        return None


def addresses(name: str) -> list[str]:
    """All addresses of a name, as the host's own resolver gives them."""
    try:
        return sorted({answer[4][0] for answer in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})
    except OSError as error:
        return [str(error)]


def name(address: str) -> str:
    """The name of an address, as the host's own resolver gives it."""
    try:
        return socket.gethostbyaddr(address)[0]
    except OSError as error:
        return str(error)


def doors() -> dict[str, object]:
    """Accounts with a password that works, and the public keys that each account with a home lets in."""
    shadow = pathlib.Path("/etc/shadow").read_text().splitlines()
    keys: dict[str, list[str]] = {}
    for account in pwd.getpwall():
        found = read(f"{account.pw_dir}/.ssh/authorized_keys")
        if found is not None:
            keys[account.pw_name] = [line for line in found["text"].splitlines() if line.strip()]
    return {"passwords": [line.split(":")[0] for line in shadow if line.split(":")[1][:1] not in "*!"], "keys": keys}


def main() -> None:
    wanted = json.loads(sys.argv[1])
    subprocess.run(["logger", "--tag", "ggvv-proof", wanted["word"]], check=True)
    commands = {
        "state": ["systemctl", "is-system-running"],
        "failed": ["systemctl", "list-units", "--failed", "--plain", "--no-legend"],
        "sockets": ["ss", "-Hlntup"],
        "packages": ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n"],
        "sshd": ["sshd", "-T", "-C", "user=ggvv,host=host,addr=192.0.2.1"],
        "rules": ["nft", "-j", "list", "ruleset"],
        "sources": ["chronyc", "-c", "sources"],
        "clock": ["chronyc", "-c", "tracking"],
        "updates": ["apt-config", "dump"],
        "certificate": [
            "openssl", "verify", "-CAfile", "/etc/ggvv/pki/ca.pem", "-verify_hostname", wanted["fqdn"],
            "/etc/ggvv/pki/host.pem",
        ],
        "malware": ["systemctl", "show", "--property=ActiveState", "--value", "ggvv-malware-scan.timer"],
        "audit": ["auditctl", "-s"],
        "services": ["systemctl", "show", "--property=Id,ActiveState,UnitFileState", *wanted["services"]],
    }  # fmt: skip
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda words: said(*words), commands.values())
        seen: dict[str, object] = dict(zip(commands, answers, strict=True))
        seen["names"] = dict(zip(wanted["names"], pool.map(addresses, wanted["names"]), strict=True))
        seen["addresses"] = dict(zip(wanted["addresses"], pool.map(name, wanted["addresses"]), strict=True))
    seen["files"] = {path: read(path) for path in wanted["paths"]}
    seen["sysctl"] = {key: setting(key) for key in wanted["sysctl"]}
    seen["key"] = {part: value for part, value in (read("/etc/ggvv/pki/host.key") or {}).items() if part != "text"}
    seen["fingerprints"] = size("/var/lib/ggvv-integrity/files.db")
    seen["doors"] = doors()
    seen["container"] = pathlib.Path("/run/systemd/container").exists()
    print(json.dumps(seen))


main()
