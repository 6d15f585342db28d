// A service for the cluster contract: it answers its version, and its readiness by its kind, both set when it is linked.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

var kind = "pause"

func main() {
	if kind == "crashing" {
		fmt.Println("boom")
		os.Exit(3)
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	if kind != "pause" {
		go http.ListenAndServe(":8080", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if kind == "never-ready" && r.URL.Path == "/healthz" {
				w.WriteHeader(500)
			}
			fmt.Fprintln(w, kind)
		}))
	}
	<-ended
}
