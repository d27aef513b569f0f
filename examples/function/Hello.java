import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

/** Greets whoever it is sent. */
public class Hello {
    public static void main(String[] arguments) throws Exception {
        var address =
                new InetSocketAddress(
                        System.getenv("HOST"), Integer.parseInt(System.getenv("PORT")));
        HttpServer server = HttpServer.create(address, 128);
        server.createContext(
                "/",
                exchange -> {
                    String name = new String(exchange.getRequestBody().readAllBytes(), "UTF-8");
                    String answer = "Hello, " + (name.isBlank() ? "world" : name.strip()) + "!\n";
                    System.out.print(answer);
                    byte[] body = answer.getBytes("UTF-8");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }
}
