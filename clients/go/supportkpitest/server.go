// Package supportkpitest runs the real supportkpid for tests: on a free port, on a store of its own, gone at the end.
package supportkpitest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Server is a running supportkpid.
type Server struct {
	// Address is host:port.
	Address string
	// Folder holds the store.
	Folder string

	binary string
	flags  []string
	mutex  sync.Mutex
	// One value in ended when the process is gone.
	process *exec.Cmd
	ended   chan error
}

// Binary is the server's path: that of the environment variable SERVER, else supportkpid on the PATH.
func Binary() (string, error) {
	if path := os.Getenv("SERVER"); path != "" {
		return filepath.Abs(path)
	}
	path, err := exec.LookPath("supportkpid")
	if err != nil {
		return "", errors.New("supportkpitest: no supportkpid; name it in the environment variable SERVER or put it on the PATH")
	}
	return path, nil
}

// Start runs a server until the test ends. flags are added to its command line.
func Start(t testing.TB, flags ...string) *Server {
	t.Helper()
	server, err := Launch(flags...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// Launch runs a server until Close.
func Launch(flags ...string) (*Server, error) {
	binary, err := Binary()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "supportkpitest-")
	if err != nil {
		return nil, err
	}
	server := &Server{Address: "127.0.0.1:0", Folder: folder, binary: binary, flags: flags}
	if err := server.Restart(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return server, nil
}

// Restart starts the server on the port and the store that it had, after Stop or Kill.
func (s *Server) Restart() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	portFile := filepath.Join(s.Folder, "port")
	if err := os.Remove(portFile); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	arguments := append([]string{"--listen=" + s.Address, "--data_dir=" + filepath.Join(s.Folder, "store"), "--port_file=" + portFile}, s.flags...)
	process := exec.Command(s.binary, arguments...)
	log, err := os.OpenFile(filepath.Join(s.Folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	process.Stdout, process.Stderr = log, log
	if err := process.Start(); err != nil {
		return err
	}
	s.process, s.ended = process, make(chan error, 1)
	go func(ended chan<- error) { ended <- process.Wait() }(s.ended)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if port, err := os.ReadFile(portFile); err == nil && len(strings.TrimSpace(string(port))) > 0 {
			s.Address = net.JoinHostPort("127.0.0.1", strings.TrimSpace(string(port)))
			return nil
		}
		select {
		case err := <-s.ended:
			s.process = nil
			return fmt.Errorf("supportkpitest: supportkpid ended at once: %w\n%s", err, s.Log())
		default:
		}
		if time.Now().After(deadline) {
			return errors.Join(errors.New("supportkpitest: supportkpid did not say its port within a minute"), process.Process.Kill())
		}
	}
}

// Log is what the server has written so far.
func (s *Server) Log() string {
	text, _ := os.ReadFile(filepath.Join(s.Folder, "log"))
	return string(text)
}

// Kill ends the server as a crash would.
func (s *Server) Kill() error { return s.end(syscall.SIGKILL) }

// Stop asks the server to end, and waits for it.
func (s *Server) Stop() error { return s.end(syscall.SIGTERM) }

func (s *Server) end(signal syscall.Signal) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.process == nil {
		return nil
	}
	if err := s.process.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	defer func() { s.process = nil }()
	select {
	case err := <-s.ended:
		if signal == syscall.SIGKILL {
			return nil
		}
		return err
	case <-ctx.Done():
		return errors.Join(errors.New("supportkpitest: supportkpid did not end within a minute"), s.process.Process.Kill())
	}
}

// Close ends the server and removes its store.
func (s *Server) Close() error {
	return errors.Join(s.Stop(), os.RemoveAll(s.Folder))
}
