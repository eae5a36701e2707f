package io.fovea.data.fetch;

import io.fovea.data.base.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * A package of Debian and its relatives that carries the files as gzip. It is downloaded and
 * unpacked into a temporary folder: nothing is installed and no root is needed.
 *
 * @param pack the package
 * @param inside the folder of the package with the files
 * @param command runs apt-get and dpkg
 */
public record DebianSource(String pack, String inside, Command command) implements DownloadSource {
  @Override
  public String name() {
    return "Debian package " + pack;
  }

  @Override
  public void fetch(List<NamedFile> files, Path folder, Delivery delivery) throws IOException {
    if (command.find("dpkg").isEmpty()) {
      throw new DataException("there is no program dpkg on the PATH");
    }
    download(folder);
    command.run(folder, "dpkg", "-x", archive(folder).toString(), "unpacked");
    for (NamedFile file : files) {
      Path found = folder.resolve("unpacked").resolve(inside).resolve(file.name() + ".gz");
      try (InputStream in = Files.newInputStream(found)) {
        delivery.accept(file, in);
      }
    }
  }

  /**
   * Downloads the package. Containers often have no package lists, and updating those of the system
   * needs root, so lists are then fetched into the temporary folder.
   */
  private void download(Path folder) throws IOException {
    String[] quick = {"-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10"};
    try {
      command.run(folder, "apt-get", join(quick, "download", pack));
    } catch (DataException noLists) {
      Files.createDirectories(folder.resolve("lists/partial"));
      Files.createDirectories(folder.resolve("cache/archives/partial"));
      String[] own =
          join(
              quick,
              "-o",
              "Dir::State::lists=" + folder.resolve("lists"),
              "-o",
              "Dir::Cache=" + folder.resolve("cache"));
      try {
        command.run(folder, "apt-get", join(own, "update"));
        command.run(folder, "apt-get", join(own, "download", pack));
      } catch (DataException e) {
        e.addSuppressed(noLists);
        throw e;
      }
    }
  }

  private static String[] join(String[] first, String... rest) {
    List<String> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(Arrays.asList(rest));
    return all.toArray(String[]::new);
  }

  private Path archive(Path folder) throws IOException {
    try (DirectoryStream<Path> archives = Files.newDirectoryStream(folder, pack + "_*.deb")) {
      Iterator<Path> found = archives.iterator();
      if (!found.hasNext()) {
        throw new DataException("apt-get download left no " + pack + "_*.deb");
      }
      return found.next();
    }
  }
}
