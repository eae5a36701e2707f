import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pages that follow a run, without a browser: they ask what train.js and insight.js ask, when those
 * ask it.
 */
final class Pages implements AutoCloseable {
  static final String EVENTS = "/api/events?runs=followed";
  static final String LOOK = "/api/runs/followed/insight?seen=";
  static final String LIST = "/api/runs";

  private static final Pattern SAVED = Pattern.compile("\"saved\":(\\d+)");
  private static final Pattern RESTS = Pattern.compile("\"rests\":(\\d+)");
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

  private final URI address;
  private final List<Thread> threads = new ArrayList<>();

  Pages(String address, int count) {
    this.address = URI.create(address);
    for (int n = 0; n < count; n++) {
      AtomicInteger epochs = new AtomicInteger();
      threads.add(Thread.startVirtualThread(() -> quietly(() -> hear(epochs))));
      threads.add(Thread.startVirtualThread(() -> quietly(() -> ask(epochs))));
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void quietly(Work work) {
    try {
      work.run();
    } catch (IOException | InterruptedException over) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  Socket connect(String path) throws IOException {
    Socket socket = new Socket(address.getHost(), address.getPort());
    send(socket, path);
    return socket;
  }

  private void send(Socket socket, String path) throws IOException {
    String head = "GET " + path + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
  }

  /** The stream of events. */
  private void hear(AtomicInteger epochs) throws IOException {
    try (Socket socket = connect(EVENTS)) {
      byte[] buffer = new byte[1 << 16];
      InputStream in = socket.getInputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains("\"trainLoss\"")) {
          epochs.incrementAndGet();
        }
      }
    }
  }

  /**
   * Looks inside at once, after each epoch and every four seconds, unless told to wait; the list of
   * runs every ten.
   */
  private void ask(AtomicInteger epochs) throws IOException, InterruptedException {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      int heard = -1;
      String seen = "";
      int asked = -40;
      int rest = 0;
      for (int tick = 0; ; tick++) {
        if (tick >= rest && (epochs.get() != heard || tick >= asked + 40)) {
          heard = epochs.get();
          asked = tick;
          String end = answer(socket, in, LOOK + seen);
          Matcher saved = SAVED.matcher(end);
          seen = saved.find() ? saved.group(1) : seen;
          Matcher rests = RESTS.matcher(end);
          rest = rests.find() ? tick + Integer.parseInt(rests.group(1)) / 100 : 0;
        }
        if (tick % 100 == 0) {
          answer(socket, in, LIST);
        }
        Thread.sleep(100);
      }
    }
  }

  /** One answer on a connection that is kept; of its body the end. */
  private String answer(Socket socket, InputStream in, String path) throws IOException {
    send(socket, path);
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      head.append((char) next);
    }
    Matcher length = LENGTH.matcher(head);
    byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    int end = Math.min(body.length, 200);
    return new String(body, body.length - end, end, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    for (Thread thread : threads) {
      thread.interrupt(); // which closes what a virtual thread reads from
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
