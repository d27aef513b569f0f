// A gRPC server and a gRPC client of the Go library's, for the tests to put behind Weft and before it.
//
//	grpc-peer serve [ADDRESS]           prints "listening HOST:PORT" and serves until it is ended
//	grpc-peer call ADDRESS              makes every kind of call, prints a line for each; exit code 1: one failed
//	grpc-peer say ADDRESS HOST TEXT     makes one call, prints its code and what came
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	service = "weft.test.Peer"
	hard    = "it is so: 100 % ü\n"
)

func text(value string) *wrapperspb.StringValue { return wrapperspb.String(value) }

// ---- the server

type peer struct {
	lock      sync.Mutex
	flaky     map[string]int
	cancelled int
}

func (p *peer) gone(ctx context.Context) error {
	<-ctx.Done()
	p.lock.Lock()
	p.cancelled++
	p.lock.Unlock()
	return status.FromContextError(ctx.Err()).Err()
}

func (p *peer) say(ctx context.Context, asked string) (string, error) {
	verb, rest, _ := strings.Cut(asked, " ")
	switch verb {
	case "echo":
		return rest, nil
	case "fail":
		code, _ := strconv.Atoi(rest)
		return "", status.Error(codes.Code(code), hard)
	case "wait":
		return "", p.gone(ctx)
	case "deadline":
		end, there := ctx.Deadline()
		if !there {
			return "none", nil
		}
		return strconv.FormatInt(time.Until(end).Milliseconds(), 10), nil
	case "cancelled":
		p.lock.Lock()
		defer p.lock.Unlock()
		return strconv.Itoa(p.cancelled), nil
	case "flaky":
		var name, pushback string
		var times int
		fmt.Sscan(rest, &name, &times, &pushback)
		p.lock.Lock()
		p.flaky[name]++
		now := p.flaky[name]
		p.lock.Unlock()
		if now <= times {
			if pushback != "" {
				grpc.SetTrailer(ctx, metadata.Pairs("grpc-retry-pushback-ms", pushback))
			}
			return "", status.Error(codes.Unavailable, "not yet")
		}
		return strconv.Itoa(now), nil
	case "metadata":
		in, _ := metadata.FromIncomingContext(ctx)
		grpc.SetHeader(ctx, metadata.Pairs("x-head", strings.Join(in.Get("x-mine"), "|")))
		grpc.SetTrailer(ctx, metadata.Pairs("x-tail-bin", strings.Join(in.Get("x-mine-bin"), "|")))
		return "", nil
	}
	return "", status.Error(codes.InvalidArgument, asked)
}

func unary(srv any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	in := text("")
	if err := decode(in); err != nil {
		return nil, err
	}
	out, err := srv.(*peer).say(ctx, in.Value)
	if err != nil {
		return nil, err
	}
	return text(out), nil
}

func count(_ any, stream grpc.ServerStream) error {
	in := text("")
	if err := stream.RecvMsg(in); err != nil {
		return err
	}
	most, _ := strconv.Atoi(in.Value)
	for i := range most {
		if err := stream.SendMsg(text(strconv.Itoa(i))); err != nil {
			return err
		}
	}
	return nil
}

func gather(_ any, stream grpc.ServerStream) error {
	sum := 0
	for {
		in := text("")
		err := stream.RecvMsg(in)
		if errors.Is(err, io.EOF) {
			return stream.SendMsg(text(strconv.Itoa(sum)))
		}
		if err != nil {
			return err
		}
		sum += len(in.Value)
	}
}

func chat(srv any, stream grpc.ServerStream) error {
	for {
		in := text("")
		err := stream.RecvMsg(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if in.Value == "wait" {
			return srv.(*peer).gone(stream.Context())
		}
		if err := stream.SendMsg(in); err != nil {
			return err
		}
	}
}

func serve(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: service,
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Say", Handler: unary}},
		Streams: []grpc.StreamDesc{
			{StreamName: "Count", Handler: count, ServerStreams: true},
			{StreamName: "Gather", Handler: gather, ClientStreams: true},
			{StreamName: "Chat", Handler: chat, ServerStreams: true, ClientStreams: true},
		},
	}, &peer{flaky: map[string]int{}})
	state := health.NewServer()
	state.SetServingStatus("sick", healthpb.HealthCheckResponse_NOT_SERVING)
	healthpb.RegisterHealthServer(server, state)
	fmt.Println("listening", listener.Addr())
	return server.Serve(listener)
}

// ---- the client

type caller struct {
	connection *grpc.ClientConn
	failed     bool
}

func dial(address, host string) (*grpc.ClientConn, error) {
	return grpc.NewClient("passthrough:///"+address, grpc.WithAuthority(host),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
}

func (c *caller) say(ctx context.Context, asked string, options ...grpc.CallOption) (string, error) {
	out := text("")
	err := c.connection.Invoke(ctx, "/"+service+"/Say", text(asked), out, options...)
	return out.Value, err
}

func (c *caller) stream(ctx context.Context, name string) (grpc.ClientStream, error) {
	return c.connection.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/"+service+"/"+name)
}

func (c *caller) check(name string, fact func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := fact(ctx); err != nil {
		c.failed = true
		fmt.Printf("FAILED %s: %v\n", name, err)
		return
	}
	fmt.Println("ok", name)
}

func expect(seen, wanted any) error {
	if seen != wanted {
		return fmt.Errorf("seen %v (expected: %v)", seen, wanted)
	}
	return nil
}

func (c *caller) unaryCalls() {
	c.check("unary", func(ctx context.Context) error {
		out, err := c.say(ctx, "echo hello")
		return errors.Join(err, expect(out, "hello"))
	})
	c.check("large", func(ctx context.Context) error {
		large := strings.Repeat("0123456789", 100_000)
		out, err := c.say(ctx, "echo "+large)
		return errors.Join(err, expect(out == large, true))
	})
	c.check("at-once", func(ctx context.Context) error {
		results := make(chan error)
		for i := range 200 {
			go func() {
				out, err := c.say(ctx, fmt.Sprint("echo ", i))
				results <- errors.Join(err, expect(out, fmt.Sprint(i)))
			}()
		}
		var all error
		for range 200 {
			all = errors.Join(all, <-results)
		}
		return all
	})
	c.check("metadata", func(ctx context.Context) error {
		var head, tail metadata.MD
		ctx = metadata.AppendToOutgoingContext(ctx, "x-mine", "a", "x-mine", "b", "x-mine-bin", "\x00\xff")
		_, err := c.say(ctx, "metadata", grpc.Header(&head), grpc.Trailer(&tail))
		return errors.Join(err, expect(strings.Join(head.Get("x-head"), ""), "a|b"),
			expect(strings.Join(tail.Get("x-tail-bin"), ""), "\x00\xff"))
	})
}

func (c *caller) streams() {
	c.check("server-stream", func(ctx context.Context) error {
		stream, err := c.stream(ctx, "Count")
		if err != nil {
			return err
		}
		err = errors.Join(stream.SendMsg(text("5000")), stream.CloseSend())
		for i := 0; err == nil; i++ {
			out := text("")
			err = stream.RecvMsg(out)
			if errors.Is(err, io.EOF) {
				return expect(i, 5000)
			}
			err = errors.Join(err, expect(out.Value, strconv.Itoa(i)))
		}
		return err
	})
	c.check("client-stream", func(ctx context.Context) error {
		stream, err := c.stream(ctx, "Gather")
		for range 500 {
			if err == nil {
				err = stream.SendMsg(text(strings.Repeat("x", 3000)))
			}
		}
		if err != nil {
			return err
		}
		out := text("")
		return errors.Join(stream.CloseSend(), stream.RecvMsg(out), expect(out.Value, "1500000"))
	})
	c.check("both-ways", func(ctx context.Context) error {
		stream, err := c.stream(ctx, "Chat")
		for i := 0; i < 200 && err == nil; i++ {
			out := text("")
			err = errors.Join(stream.SendMsg(text(fmt.Sprint(i))), stream.RecvMsg(out), expect(out.Value, fmt.Sprint(i)))
		}
		if err != nil {
			return err
		}
		return errors.Join(stream.CloseSend(), expect(errors.Is(stream.RecvMsg(text("")), io.EOF), true))
	})
	c.check("empty-stream", func(ctx context.Context) error {
		stream, err := c.stream(ctx, "Chat")
		if err != nil {
			return err
		}
		return errors.Join(stream.CloseSend(), expect(errors.Is(stream.RecvMsg(text("")), io.EOF), true))
	})
}

func (c *caller) failures() {
	c.check("status", func(ctx context.Context) error {
		var all error
		for _, code := range []codes.Code{codes.NotFound, codes.DataLoss, codes.Unauthenticated} {
			_, err := c.say(ctx, fmt.Sprint("fail ", int(code)))
			all = errors.Join(all, expect(status.Code(err), code), expect(status.Convert(err).Message(), hard))
		}
		return all
	})
	c.check("unimplemented", func(ctx context.Context) error {
		err := c.connection.Invoke(ctx, "/"+service+"/Nothing", text(""), text(""))
		return expect(status.Code(err), codes.Unimplemented)
	})
	c.check("deadline", func(ctx context.Context) error {
		short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		_, err := c.say(short, "wait")
		return expect(status.Code(err), codes.DeadlineExceeded)
	})
	c.check("deadline-passed-on", func(ctx context.Context) error {
		out, err := c.say(ctx, "deadline")
		millis, _ := strconv.Atoi(out)
		return errors.Join(err, expect(millis > 0 && millis <= 20_000, true))
	})
	c.check("cancellation", func(ctx context.Context) error {
		before, err := c.say(ctx, "cancelled")
		if err != nil {
			return err
		}
		inner, cancel := context.WithCancel(ctx)
		stream, err := c.stream(inner, "Chat")
		if err == nil {
			out := text("")
			err = errors.Join(stream.SendMsg(text("hello")), stream.RecvMsg(out), stream.SendMsg(text("wait")))
		}
		cancel()
		if err != nil {
			return err
		}
		if code := status.Code(stream.RecvMsg(text(""))); code != codes.Canceled {
			return expect(code, codes.Canceled)
		}
		for now := before; now == before; time.Sleep(10 * time.Millisecond) {
			if now, err = c.say(ctx, "cancelled"); err != nil || now != before {
				return err
			}
		}
		return nil
	})
	c.check("sent-again", func(ctx context.Context) error {
		out, err := c.say(ctx, fmt.Sprint("flaky again-", time.Now().UnixNano(), " 2"))
		return errors.Join(err, expect(out, "3"))
	})
	c.check("push-back", func(ctx context.Context) error {
		begun := time.Now()
		out, err := c.say(ctx, fmt.Sprint("flaky back-", time.Now().UnixNano(), " 1 1500"))
		return errors.Join(err, expect(out, "2"), expect(time.Since(begun) >= 1400*time.Millisecond, true))
	})
}

func (c *caller) health() {
	client := healthpb.NewHealthClient(c.connection)
	c.check("health", func(ctx context.Context) error {
		well, err := client.Check(ctx, &healthpb.HealthCheckRequest{})
		sick, err2 := client.Check(ctx, &healthpb.HealthCheckRequest{Service: "sick"})
		_, unknown := client.Check(ctx, &healthpb.HealthCheckRequest{Service: "unknown"})
		return errors.Join(err, err2, expect(well.GetStatus(), healthpb.HealthCheckResponse_SERVING),
			expect(sick.GetStatus(), healthpb.HealthCheckResponse_NOT_SERVING),
			expect(status.Code(unknown), codes.NotFound))
	})
	c.check("health-watch", func(ctx context.Context) error {
		watch, err := client.Watch(ctx, &healthpb.HealthCheckRequest{})
		if err != nil {
			return err
		}
		first, err := watch.Recv()
		return errors.Join(err, expect(first.GetStatus(), healthpb.HealthCheckResponse_SERVING))
	})
}

func call(address string) error {
	connection, err := dial(address, "peer.example")
	if err != nil {
		return err
	}
	defer connection.Close()
	c := &caller{connection: connection}
	c.unaryCalls()
	c.streams()
	c.failures()
	c.health()
	if c.failed {
		return errors.New("a call went wrong")
	}
	return nil
}

func say(address, host, asked string) error {
	connection, err := dial(address, host)
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	out, err := (&caller{connection: connection}).say(ctx, asked)
	fmt.Printf("%s %s%s\n", status.Code(err), out, status.Convert(err).Message())
	return nil
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "serve":
		return serve(args[1])
	case len(args) == 1 && args[0] == "serve":
		return serve("127.0.0.1:0")
	case len(args) == 2 && args[0] == "call":
		return call(args[1])
	case len(args) == 4 && args[0] == "say":
		return say(args[1], args[2], args[3])
	case len(args) == 1 && args[0] == "version":
		fmt.Println("grpc-peer with grpc-go", grpc.Version)
		return nil
	}
	return errors.New("grpc-peer serve [ADDRESS] | call ADDRESS | say ADDRESS HOST TEXT | version")
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
