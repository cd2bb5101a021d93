package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// server is a running vCenter stand-in.
type server struct {
	vcenter *vcenter
	url     string
	http    *http.Server
	failed  chan error
	ready   string
	state   string
	owned   bool // the state directory itself is ours to remove
}

// startServer makes the vCenter, fills in the declared inventory and answers.
func startServer(o options) (*server, error) {
	account, err := readCredentials(o.credentials)
	if err != nil {
		return nil, err
	}
	certificate, err := tls.LoadX509KeyPair(o.certificate, o.key)
	if err != nil {
		return nil, fmt.Errorf("--cert %s and --key %s do not make a certificate: %w", o.certificate, o.key, err)
	}
	s := &server{ready: o.ready, failed: make(chan error, 1)}
	if s.state, s.owned, err = stateDirectory(o.state); err != nil {
		return nil, err
	}
	// The simulator looks for temporary directories of its own: they belong into the state as well.
	if err := os.Setenv("TMPDIR", s.state); err != nil {
		return nil, err
	}
	if err := s.start(o, account, certificate); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *server) start(o options, account credentials, certificate tls.Certificate) error {
	v, err := newVCenter(s.state)
	if err != nil {
		return err
	}
	s.vcenter = v
	if o.inventory != "" {
		declared, err := readInventory(o.inventory)
		if err != nil {
			return err
		}
		if err := v.create(declared); err != nil {
			return fmt.Errorf("--inventory %s: %w", o.inventory, err)
		}
	}
	if err := s.listen(o.listen, account, certificate); err != nil {
		return err
	}
	return s.writeReady()
}

// listen opens the port. The simulator insists on a listener of its own, which tells it its address; ours then takes
// the same port over, so that every request goes through the gate.
func (s *server) listen(address string, account credentials, certificate tls.Certificate) error {
	service := s.vcenter.service
	service.Listen = &url.URL{Host: address, User: url.UserPassword(account.Username, account.Password)}
	service.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	service.RegisterEndpoints = true
	probe, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", address, err)
	}
	service.Listen.Host = probe.Addr().String()
	_ = probe.Close()
	stock := service.NewServer()
	s.url = (&url.URL{Scheme: "https", Host: stock.URL.Host, Path: "/sdk"}).String()
	_ = stock.Listener.Close()
	s.vcenter.registerEndpoints(account)

	listener, err := net.Listen("tcp", stock.URL.Host)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", address, err)
	}
	s.http = &http.Server{
		Handler:           s.vcenter.gate.handler(s.vcenter, service.ServeMux),
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // handshakes that clients break off are no news
	}
	config := service.TLS.Clone()
	config.ClientAuth = tls.RequestClientCert // SessionManager.LoginExtensionByCertificate
	config.NextProtos = []string{"http/1.1"}
	go func() {
		if err := s.http.Serve(tls.NewListener(listener, config)); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	return nil
}

// writeReady says, in one step, that the server answers.
func (s *server) writeReady() error {
	content, err := json.Marshal(map[string]any{"url": s.url, "pid": os.Getpid(), "about": s.vcenter.about()})
	if err != nil {
		return err
	}
	temporary := fmt.Sprintf("%s.%d", s.ready, os.Getpid())
	if err := os.WriteFile(temporary, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("--ready: %w", err)
	}
	return os.Rename(temporary, s.ready)
}

// close stops the server and leaves nothing behind.
func (s *server) close() {
	_ = os.Remove(s.ready)
	if s.http != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if s.http.Shutdown(ctx) != nil {
			_ = s.http.Close()
		}
	}
	if s.owned {
		_ = os.RemoveAll(s.state)
		return
	}
	entries, _ := os.ReadDir(s.state)
	for _, entry := range entries {
		_ = os.RemoveAll(filepath.Join(s.state, entry.Name()))
	}
}

// stateDirectory makes the directory that datastore files live in; it must be empty, since it is emptied at stop.
func stateDirectory(path string) (string, bool, error) {
	if path == "" {
		made, err := os.MkdirTemp("", "ggvv-vcenter-")
		return made, true, err
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", false, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", false, fmt.Errorf("--state: %w", err)
	}
	if entries, err := os.ReadDir(path); err != nil || len(entries) != 0 {
		return "", false, fmt.Errorf("--state %s must be an empty directory, since it is emptied at stop", path)
	}
	return path, false, nil
}

func (v *vcenter) about() types.AboutInfo {
	return v.registry().Get(types.ManagedObjectReference{Type: "ServiceInstance", Value: "ServiceInstance"}).(*simulator.ServiceInstance).Content.About
}
