// Command ggvv-vcenter is the lab's embedded vCenter: govmomi's simulator with what it refuses or forgets repaired.
// It is a stand-in: it listens on loopback only and its inventory is gone when it stops.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ggvv-vcenter: "+err.Error())
		os.Exit(1)
	}
}

func run(args []string) error {
	options, err := parseOptions(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	server, err := startServer(options)
	if err != nil {
		return err
	}
	defer server.close()
	fmt.Fprintf(os.Stderr, "ggvv-vcenter: stand-in for vCenter, answers on %s\n", server.url)

	select {
	case <-ctx.Done():
		return nil
	case err := <-server.failed:
		return fmt.Errorf("the server stopped by itself: %w", err)
	}
}

func parseOptions(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("ggvv-vcenter", flag.ContinueOnError)
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback address and port; port 0 takes any free one")
	flags.StringVar(&o.certificate, "cert", "", "server certificate, PEM")
	flags.StringVar(&o.key, "key", "", "the certificate's private key, PEM")
	flags.StringVar(&o.credentials, "credentials", "", `JSON file {"username":…,"password":…}, mode 0600`)
	flags.StringVar(&o.ready, "ready", "", "file to write when the server answers, removed at stop")
	flags.StringVar(&o.state, "state", "", "directory for datastore files, emptied at stop (default: a temporary one)")
	flags.StringVar(&o.inventory, "inventory", "", "YAML file with the datacenters that exist beforehand")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	return o, o.check()
}
