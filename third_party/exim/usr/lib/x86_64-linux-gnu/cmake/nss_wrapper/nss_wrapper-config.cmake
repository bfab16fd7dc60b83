set(NSS_WRAPPER_LIBRARY /usr/lib/x86_64-linux-gnu/libnss_wrapper.so)
