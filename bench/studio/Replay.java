import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A server that reads no run: it sends pages the bytes that the studio has sent before, as often as
 * the studio would. What following it costs a training is the pages' own share.
 */
final class Replay implements AutoCloseable {
  private static final int EVERY = 2500; // as fifty pages are told

  private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  private final byte[] opening;
  private final byte[] more;
  private final byte[] look;
  private final byte[] list;

  /** Learns from the studio at an address. */
  Replay(String studio) throws IOException, InterruptedException {
    try (Pages none = new Pages(studio, 0)) {
      try (Socket events = none.connect(Pages.EVENTS)) {
        Thread.sleep(1000);
        opening = available(events);
        Thread.sleep(EVERY);
        more = available(events);
      }
      look = whole(none, Pages.LOOK);
      list = whole(none, Pages.LIST);
    }
    Thread.startVirtualThread(this::accept);
  }

  private static byte[] available(Socket socket) throws IOException {
    return socket.getInputStream().readNBytes(socket.getInputStream().available());
  }

  private static byte[] whole(Pages pages, String path) throws IOException, InterruptedException {
    try (Socket socket = pages.connect(path)) {
      Thread.sleep(1500);
      return available(socket);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/";
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.startVirtualThread(() -> serve(socket));
      }
    } catch (IOException closed) {
      // no more pages
    }
  }

  private void serve(Socket socket) {
    String body = "{\"saved\":1,\"rests\":10000}";
    byte[] nothing =
        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.length(), body)
            .getBytes(StandardCharsets.UTF_8);
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      OutputStream out = socket.getOutputStream();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.contains(Pages.EVENTS)) {
          out.write(opening);
          while (true) {
            Thread.sleep(EVERY);
            out.write(more);
          }
        } else if (line.contains(Pages.LOOK)) {
          out.write(line.contains(Pages.LOOK + " ") ? look : nothing);
        } else if (line.startsWith("GET")) {
          out.write(list);
        }
      }
    } catch (IOException | InterruptedException over) {
      Thread.currentThread().interrupt(); // the page has gone
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
