package io.fovea.data.fetch;

import io.fovea.data.base.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A web folder with the files of a set. The first file that fails ends the attempt. Every wait is
 * bounded, including that for the name server: the transfer runs in another thread, while this one
 * watches the file's length and gives up when it stops growing.
 */
public record Mirror(URI address, Patience patience) implements DownloadSource {
  /**
   * How long to wait.
   *
   * @param silence the longest time without a single byte, connecting included
   * @param total the longest time for one file
   */
  public record Patience(Duration silence, Duration total) {
    public static final Patience USUAL =
        new Patience(Duration.ofSeconds(5), Duration.ofMinutes(10));

    /** For archives of some hundred MB. */
    static final Patience LONG = new Patience(Duration.ofSeconds(15), Duration.ofHours(2));
  }

  private static final long LOOK_MILLIS = 100;

  @Override
  public String name() {
    return address.toString();
  }

  @Override
  public void fetch(List<NamedFile> files, Path folder, Delivery delivery) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(patience.silence())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    try {
      for (NamedFile file : files) {
        Path target = folder.resolve(file.published());
        download(client, file, target);
        try (InputStream in = Files.newInputStream(target)) {
          delivery.accept(file, in);
        }
        Files.delete(target);
      }
    } finally {
      client.shutdownNow(); // without waiting: a name server that hangs cannot be interrupted
    }
  }

  private void download(HttpClient client, NamedFile file, Path target) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(file.published()))
            .timeout(patience.silence())
            .build();
    CompletableFuture<HttpResponse<Path>> reply =
        client.sendAsync(
            request,
            info ->
                info.statusCode() == 200
                    ? BodySubscribers.ofFile(target)
                    : BodySubscribers.replacing(target));
    try {
      HttpResponse<Path> response = await(reply, file, target);
      if (response.statusCode() != 200) {
        throw new DataException("HTTP status " + response.statusCode() + " for " + file.name());
      }
    } catch (ExecutionException e) {
      throw new DataException(reason(e.getCause() == null ? e : e.getCause()), e);
    } catch (InterruptedException e) {
      throw DownloadSource.interrupted("fetching " + file.name(), e);
    } finally {
      reply.cancel(true);
    }
  }

  private HttpResponse<Path> await(
      CompletableFuture<HttpResponse<Path>> reply, NamedFile file, Path target)
      throws IOException, ExecutionException, InterruptedException {
    long begin = System.nanoTime();
    long lastChange = begin;
    long length = 0;
    while (true) {
      try {
        return reply.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        long now = System.nanoTime();
        long newLength = Files.exists(target) ? Files.size(target) : 0;
        if (newLength != length) {
          length = newLength;
          lastChange = now;
        }
        if (now - lastChange > patience.silence().toNanos()) {
          throw new DataException("no data for " + seconds(patience.silence()), notYet);
        }
        if (now - begin > patience.total().toNanos()) {
          throw new DataException("not finished after " + seconds(patience.total()), notYet);
        }
        // gzip adds a few bytes to incompressible content; a much longer file is another one.
        if (length > 2 * file.length() + 4096) {
          throw new DataException(file.name() + " is longer than expected", notYet);
        }
      }
    }
  }

  private String reason(Throwable failure) {
    if (failure instanceof HttpTimeoutException) {
      return "no answer within " + seconds(patience.silence());
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "the host name cannot be resolved";
      }
    }
    if (failure instanceof ConnectException) {
      return "cannot connect";
    }
    return failure instanceof IOException io ? DataException.reason(io) : failure.toString();
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }
}
