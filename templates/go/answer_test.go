package main

import (
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestAnswers(t *testing.T) {
	var draining atomic.Bool
	for _, one := range []struct {
		name, path string
		draining   bool
		status     int
		text       string
	}{
		{"says its commit", "/", false, 200, "4f2a1c"},
		{"is ready", "/healthz", false, 200, "ok"},
		{"is not ready while it drains", "/healthz", true, 503, "draining"},
		{"knows no other path", "/else", false, 404, ""},
	} {
		t.Run(one.name, func(t *testing.T) {
			draining.Store(one.draining)
			recorder := httptest.NewRecorder()
			answers("4f2a1c", &draining).ServeHTTP(recorder, httptest.NewRequest("GET", one.path, nil))
			if recorder.Code != one.status || !strings.Contains(recorder.Body.String(), one.text) {
				t.Errorf("%s: %d %q", one.path, recorder.Code, recorder.Body.String())
			}
		})
	}
}
