// Package supportkpiv1 is the generated code of the supportkpi API, version 1: its messages, and the gRPC clients and servers
// of its four services. Package supportkpi.dev/clients/go is the client to use them with.
package supportkpiv1
