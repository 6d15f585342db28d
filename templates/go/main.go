// Command codebase-name is a service that says which commit it is.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

func main() {
	commit, port := os.Getenv("DROVER_COMMIT"), os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	var draining atomic.Bool
	server := &http.Server{Handler: answers(commit, &draining)}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("codebase-name listens on", listener.Addr().(*net.TCPAddr).Port)

	term, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	drained := make(chan error)
	go func() {
		<-term.Done()
		draining.Store(true)
		drained <- server.Shutdown(context.Background())
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := <-drained; err != nil {
		log.Fatal(err)
	}
}
