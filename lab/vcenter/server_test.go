package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

var testAccount = credentials{Username: "administrator@vsphere.local", Password: "a random password for tests"}

// running is a whole server with the declared inventory of Gislaved, as the lab starts it.
type running struct {
	*server
	t *testing.T
}

func start(t *testing.T) *running {
	t.Helper()
	directory := t.TempDir()
	o := options{
		listen: "127.0.0.1:0", certificate: filepath.Join(directory, "cert.pem"), key: filepath.Join(directory, "key.pem"),
		credentials: filepath.Join(directory, "credentials.json"), ready: filepath.Join(directory, "ready.json"),
		state: filepath.Join(directory, "state"), inventory: "existing.yaml",
	}
	writeCertificate(t, o)
	content, _ := json.Marshal(testAccount)
	if err := os.WriteFile(o.credentials, content, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", os.TempDir()) // the server changes it; put back at the test's end
	s, err := startServer(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return &running{s, t}
}

func writeCertificate(t *testing.T, o options) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{
		o.certificate: {Type: "CERTIFICATE", Bytes: certificate}, o.key: {Type: "EC PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// connect makes a connection of its own, which verifies the server's certificate.
func (r *running) connect() *vim25.Client {
	r.t.Helper()
	target, err := url.Parse(r.url)
	if err != nil {
		r.t.Fatal(err)
	}
	connection := soap.NewClient(target, false)
	if err := connection.SetRootCAs(filepath.Join(filepath.Dir(r.ready), "cert.pem")); err != nil {
		r.t.Fatal(err)
	}
	client, err := vim25.NewClient(context.Background(), connection)
	if err != nil {
		r.t.Fatal(err)
	}
	return client
}

// login is a connection with a session.
func (r *running) login() *govmomi.Client {
	r.t.Helper()
	client := r.connect()
	manager := session.NewManager(client)
	if err := manager.Login(context.Background(), url.UserPassword(testAccount.Username, testAccount.Password)); err != nil {
		r.t.Fatal(err)
	}
	return &govmomi.Client{Client: client, SessionManager: manager}
}

// finder looks things up in the datacenter that exists beforehand.
func (r *running) finder(client *govmomi.Client) *find.Finder {
	r.t.Helper()
	finder := find.NewFinder(client.Client)
	datacenter, err := finder.Datacenter(context.Background(), "Gislaved-DC")
	if err != nil {
		r.t.Fatal(err)
	}
	return finder.SetDatacenter(datacenter)
}

// done waits for a task and returns its result.
func (r *running) done(task *object.Task, err error) types.AnyType {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	info, err := task.WaitForResult(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	return info.Result
}

// read reads properties, all of them if none is named.
func read[T any](r *running, client *govmomi.Client, of mo.Reference, properties ...string) T {
	r.t.Helper()
	var into T
	if err := client.RetrieveOne(context.Background(), of.Reference(), properties, &into); err != nil {
		r.t.Fatal(err)
	}
	return into
}

func (r *running) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}
