package main

import (
	"fmt"
	"net/http"
	"sync/atomic"
)

// answers says which commit it is at `/`, and at `/healthz` whether it may get requests.
func answers(commit string, draining *atomic.Bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(response http.ResponseWriter, _ *http.Request) {
		response.Header().Set("X-Commit", commit)
		fmt.Fprintf(response, "codebase-name from %s\n", commit)
	})
	mux.HandleFunc("GET /healthz", func(response http.ResponseWriter, _ *http.Request) {
		if draining.Load() {
			http.Error(response, "draining", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(response, "ok")
	})
	return mux
}
