// Verifies a token for an EKS cluster with aws-iam-authenticator's own verifier. STS is replaced by a stub that computes the signature anew with
// the AWS SDK for Go, since the real one is not to be had here. Usage: verify CLUSTER TOKEN ACCESS_KEY SECRET_KEY; the verdict is the exit code.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go/aws/credentials"
	v4 "github.com/aws/aws-sdk-go/aws/signer/v4"
	"sigs.k8s.io/aws-iam-authenticator/pkg/token"
)

func main() {
	cluster, given, accessKey, secretKey := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	sts := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !signedBy(r, accessKey, secretKey) {
			http.Error(w, "SignatureDoesNotMatch", http.StatusForbidden)
			return
		}
		fmt.Fprint(w, `{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Account":"123456789012","Arn":"arn:aws:iam::123456789012:user/drover","UserId":"AIDAEXAMPLE"}}}`)
	}))
	transport := http.DefaultTransport.(*http.Transport)
	transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("tcp", sts.Listener.Addr().String())
	}
	roots := x509.NewCertPool()
	roots.AddCert(sts.Certificate())
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, ServerName: "example.com"}

	identity, err := token.NewVerifier(cluster, "aws", "eu-west-1").Verify(given)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(identity.CanonicalARN)
}

// signedBy signs the same request at the same time for as long, and compares.
func signedBy(r *http.Request, accessKey, secretKey string) bool {
	query := r.URL.Query()
	at, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	seconds, _ := strconv.Atoi(query.Get("X-Amz-Expires"))
	if err != nil {
		return false
	}
	unsigned := url.URL{Scheme: "https", Host: r.Host, Path: "/", RawQuery: url.Values{"Action": query["Action"], "Version": query["Version"]}.Encode()}
	again, _ := http.NewRequest("GET", unsigned.String(), nil)
	again.Header.Set("x-k8s-aws-id", r.Header.Get("x-k8s-aws-id"))
	signer := v4.NewSigner(credentials.NewStaticCredentials(accessKey, secretKey, query.Get("X-Amz-Security-Token")))
	region := strings.TrimSuffix(strings.TrimPrefix(r.Host, "sts."), ".amazonaws.com")
	if _, err := signer.Presign(again, nil, "sts", region, time.Duration(seconds)*time.Second, at); err != nil {
		return false
	}
	return again.URL.Query().Get("X-Amz-Signature") == query.Get("X-Amz-Signature")
}
