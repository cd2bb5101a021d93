package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
)

// options is what the command line says.
type options struct {
	listen, certificate, key, credentials, ready, state, inventory string
}

// credentials are the one account that may log in.
type credentials struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// check refuses what would make the stand-in reachable from elsewhere, and what is missing.
func (o options) check() error {
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		return fmt.Errorf("--listen %q is not HOST:PORT; use 127.0.0.1:0", o.listen)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("--listen %q is not a loopback address; the lab vCenter answers on 127.0.0.1 only", o.listen)
	}
	for name, value := range map[string]string{
		"--cert": o.certificate, "--key": o.key, "--credentials": o.credentials, "--ready": o.ready,
	} {
		if value == "" {
			return fmt.Errorf("%s is missing; it names a file", name)
		}
	}
	return nil
}

// readCredentials reads the account file, which only its owner may be able to read.
func readCredentials(path string) (credentials, error) {
	var c credentials
	info, err := os.Stat(path)
	if err != nil {
		return c, fmt.Errorf("--credentials: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return c, fmt.Errorf("--credentials %s has mode %04o, others can read it; use chmod 600", path, mode)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("--credentials: %w", err)
	}
	if err := json.Unmarshal(content, &c); err != nil || c.Username == "" || c.Password == "" {
		return c, fmt.Errorf(`--credentials %s must be JSON {"username":…,"password":…} with both set`, path)
	}
	return c, nil
}
