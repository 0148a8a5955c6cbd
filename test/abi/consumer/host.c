/* A host of another project: prints the manifest of each plugin that it is given. */
#include <dlfcn.h>
#include <dm_plugin.h>
#include <stdio.h>

int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    dm_plugin_entry_function entry;
    const dm_plugin *plugin;
    void *library = dlopen(argv[i], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;
    *(void **)&entry = dlsym(library, DM_PLUGIN_ENTRY_SYMBOL);
    if (entry == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;
    plugin = entry(DM_PLUGIN_ABI_MAJOR);
    if (plugin == NULL) return 1;
    printf("%s\n", plugin->manifest.data);
    dlclose(library);
  }
  return 0;
}
