package io.fovea.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One kept connection to a server of this machine, for a request after the other. */
public final class LocalConnection implements AutoCloseable {
  private final int port;
  private final Socket socket;
  private final InputStream in;

  /**
   * An answer.
   *
   * @param headers by their names in small letters
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  public LocalConnection(int port) throws IOException {
    this.port = port;
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  public Answer get(String path) throws IOException {
    return ask("GET " + path, "", new byte[0]);
  }

  public Answer post(String path, byte[] body, String... headers) throws IOException {
    String lines = String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n");
    return ask("POST " + path, lines + "Content-Length: " + body.length + "\r\n", body);
  }

  private Answer ask(String line, String headers, byte[] body) throws IOException {
    String head = line + " HTTP/1.1\r\nHost: localhost:" + port + "\r\n" + headers + "\r\n";
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    socket.getOutputStream().write(all.toByteArray());
    String status = line();
    Map<String, String> answered = new TreeMap<>();
    for (String header = line(); !header.isEmpty(); header = line()) {
      String[] parts = header.split(": *", 2);
      answered.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }
    int length = Integer.parseInt(answered.getOrDefault("content-length", "0"));
    return new Answer(Integer.parseInt(status.substring(9, 12)), answered, in.readNBytes(length));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server closed the connection after: " + line);
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
