package main

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// gate lets one writing request at a time into the simulator, and any number of reading ones beside each other.
//
// Stock vcsim locks object by object: calls that lock the same objects in another order hang, and answers are encoded
// from objects that other calls write. With the gate a writing request goes in alone and comes out when every task it
// started is done. So there is no lock order to get wrong and nothing to race with, and clients see tasks finish at once.
type gate struct {
	inventory sync.RWMutex
	caller    *simulator.Context // the writing request under way and the object it calls
	called    types.ManagedObjectReference
	settle    func() // run at the end of each writing request
	rest      sync.Mutex

	mu      sync.Mutex
	idle    *sync.Cond
	running map[types.ManagedObjectReference]bool
	changed chan struct{}
}

func newGate() *gate {
	g := &gate{running: make(map[types.ManagedObjectReference]bool), changed: make(chan struct{})}
	g.idle = sync.NewCond(&g.mu)
	return g
}

// readers are the SOAP methods that change nothing (or only what has a lock of its own).
var readers = map[string]bool{
	"RetrieveProperties": true, "RetrievePropertiesEx": true, "ContinueRetrievePropertiesEx": true,
	"Fetch": true, "RetrieveServiceContent": true, "CurrentTime": true, "PbmRetrieveServiceContent": true,
	"FindByUuid": true, "FindByInventoryPath": true, "FindByDnsName": true, "FindByIp": true, "FindByDatastorePath": true,
	"FindAllByUuid": true, "FindAllByDnsName": true, "FindAllByIp": true, "FindChild": true,
	"WaitForUpdates": true, "WaitForUpdatesEx": true, "CheckForUpdates": true,
}

var (
	bodyTag = regexp.MustCompile(`<(?:\w+:)?Body\b[^>]*>\s*<(?:\w+:)?(\w+)`)
	maxWait = regexp.MustCompile(`<(?:\w+:)?maxWaitSeconds\b[^>]*>\s*(\d+)\s*<`)
)

// handler puts the gate before the simulator.
func (g *gate) handler(v *vcenter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isTransfer(r.URL.Path) { // file contents, possibly long: never hold the inventory for them
			next.ServeHTTP(w, r)
			return
		}
		if strings.HasPrefix(r.Header.Get("Authorization"), "SIGN ") { // the simulator takes any token
			http.Error(w, "tokens are not accepted here; log in with user name and password", http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "the request could not be read", http.StatusBadRequest)
			return
		}
		g.admit(body, r, next).send(w)
	})
}

// admit runs one request as its kind asks for.
func (g *gate) admit(body []byte, r *http.Request, next http.Handler) *answer {
	if isREST(r.URL.Path) {
		return g.callREST(withoutTypePrefix(r.URL.Path, body), r, next)
	}
	method := ""
	if found := bodyTag.FindSubmatch(body); found != nil {
		method = string(found[1])
	}
	switch {
	case strings.HasPrefix(method, "WaitForUpdates"):
		return g.waitForUpdates(body, r, next)
	case readers[method]:
		return g.read(body, r, next)
	default:
		return g.write(body, r, next)
	}
}

// callREST runs a REST request. These keep their own state, touch the inventory only by SOAP calls to this very server,
// and so must not shut it; among themselves they go one by one.
func (g *gate) callREST(body []byte, r *http.Request, next http.Handler) *answer {
	g.rest.Lock()
	defer g.rest.Unlock()
	result := serve(body, r, next)
	result.withEmptyLists()
	return result
}

func (g *gate) read(body []byte, r *http.Request, next http.Handler) *answer {
	g.inventory.RLock()
	defer g.inventory.RUnlock()
	return serve(body, r, next)
}

func (g *gate) write(body []byte, r *http.Request, next http.Handler) *answer {
	g.inventory.Lock()
	defer g.finish()
	g.caller = nil
	result := serve(body, r, next)
	if result.broken && g.caller != nil {
		freeLock(g.caller, g.called)
	}
	return result
}

// freeLock releases the simulator's lock of an object as often as a request that broke off still holds it: else the next
// call of the object would wait for ever. The simulator panics at a release too many, which is how the end shows.
func freeLock(caller *simulator.Context, called types.ManagedObjectReference) {
	defer func() { _ = recover() }()
	release := caller.Map.AcquireLock(caller, called)
	for {
		release()
	}
}

// exclusively runs f as a writing request does.
func (g *gate) exclusively(f func() error) error {
	g.inventory.Lock()
	defer g.finish()
	return f()
}

// noUpdates marks an answer of our property collector that has nothing to say yet.
const noUpdates = "ggvv-nothing-yet"

// waitForUpdates asks again after each change until there is something to say or the client's time is over.
func (g *gate) waitForUpdates(body []byte, r *http.Request, next http.Handler) *answer {
	var deadline <-chan time.Time
	if found := maxWait.FindSubmatch(body); found != nil {
		seconds, _ := strconv.Atoi(string(found[1]))
		timer := time.NewTimer(time.Duration(seconds) * time.Second)
		defer timer.Stop()
		deadline = timer.C
	}
	for {
		changed := g.changes()
		result := g.read(body, r, next)
		if !bytes.Contains(result.body.Bytes(), []byte(noUpdates)) {
			return result
		}
		select {
		case <-changed:
			time.Sleep(5 * time.Millisecond) // let a burst of changes gather
		case <-deadline:
			return result.withoutUpdates()
		case <-r.Context().Done():
			return result.withoutUpdates()
		}
	}
}

// changes is closed at the next change of anything.
func (g *gate) changes() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.changed
}

func (g *gate) announce() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.changed)
	g.changed = make(chan struct{})
}

func (g *gate) taskStarted(ref types.ManagedObjectReference) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running[ref] = true
}

func (g *gate) taskDone(ref types.ManagedObjectReference) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.running, ref)
	if len(g.running) == 0 {
		g.idle.Broadcast()
	}
}

// finish ends a writing request: when its tasks are done, the others go on, and who waits for changes looks again.
func (g *gate) finish() {
	g.waitForTasks()
	g.settle()
	g.inventory.Unlock()
	g.announce()
}

func (g *gate) waitForTasks() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.running) != 0 {
		g.idle.Wait()
	}
}

// isREST tells the REST services. The one for machines works in the inventory itself, so it is none here.
func isREST(path string) bool {
	return (strings.HasPrefix(path, "/rest/") || strings.HasPrefix(path, "/api/") || path == "/api") && !strings.Contains(path, "/vcenter/vm/")
}

// isTransfer tells file contents (datastore, NFC, guest, content library) from calls.
func isTransfer(path string) bool {
	for _, prefix := range []string{"/folder/", "/nfc/", "/guestFile/", "/vapi/vcsim", "/com/vmware/content/", "/rest/com/vmware/content/", "/api/content/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}
