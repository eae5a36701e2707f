package io.fovea.serve;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client with one connection, which it keeps as long as the server does; bodies are bytes. */
final class KeptConnection implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final int port;
  private Socket socket;
  private InputStream in;

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

    public JsonNode json() {
      return JSON.readTree(body);
    }

    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** The reason of a refusal. */
    public String error() {
      return json().path("error").asString();
    }
  }

  static JsonNode read(String text) {
    return JSON.readTree(text);
  }

  public KeptConnection(int port) throws IOException {
    this.port = port;
    this.socket = connected();
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  private Socket connected() throws IOException {
    Socket fresh = new Socket(InetAddress.getLoopbackAddress(), port);
    fresh.setSoTimeout(60_000);
    fresh.setTcpNoDelay(true);
    return fresh;
  }

  public Answer get(String path, String... headers) throws IOException {
    return ask("GET " + path, new byte[0], headers);
  }

  public Answer post(String path, byte[] body, String... headers) throws IOException {
    return ask("POST " + path, body, headers);
  }

  public Answer post(String path, String json, String... headers) throws IOException {
    return post(path, json.getBytes(StandardCharsets.UTF_8), headers);
  }

  private Answer ask(String line, byte[] body, String... headers) throws IOException {
    StringBuilder head = new StringBuilder(line + " HTTP/1.1\r\nHost: localhost:" + port + "\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    if (line.startsWith("POST")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    socket.getOutputStream().write(all.toByteArray());
    Answer answer = answer();
    if (answer.header("connection").equals("close")) {
      socket.close();
      socket = connected();
      in = new BufferedInputStream(socket.getInputStream());
    }
    return answer;
  }

  private Answer answer() throws IOException {
    String first = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Answer(Integer.parseInt(first.substring(9, 12)), headers, in.readNBytes(length));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server closed the connection after: " + line);
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
