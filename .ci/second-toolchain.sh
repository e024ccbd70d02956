#!/usr/bin/env bash
# What the workspace promises beyond this toolchain: that Rust 1.85 builds it, and that the five crates build where
# there is no standard library (thumbv7m) and in a browser (wasm32). The second toolchain comes from Debian's packages,
# unpacked into a folder of the build; where it cannot be had, that is said loudly, and fails under CI.
set -euo pipefail
cd "$(dirname "$0")/.."
target="$(realpath -m "${CARGO_TARGET_DIR:-target}")"
folder="$target/rust-1.85"
version='1.85.0+dfsg3-1~deb12u3'
libraries=(-p mailweft-address -p mailweft-mime -p mailweft-smtp -p mailweft-pop3 -p mailweft-imap)

skip() {
    echo "SECOND TOOLCHAIN SKIPPED: $*"
    [ "${CI:-}" = true ] && exit 1
    exit 0
}

if ! [ -x "$folder/root/usr/bin/rustc" ]; then
    mkdir -p "$folder"
    (
        cd "$folder"
        apt-get update -qq >/dev/null
        apt-get download -qq "rustc-web=$version" "libstd-rust-web-1.85=$version" "libstd-rust-web-dev=$version" \
            "cargo-web=$version" "rust-web-src=$version" libllvm19 libhttp-parser2.9 libpcre3 \
            libgit2-1.5 libssh2-1 libmbedtls14 libmbedx509-1 libmbedcrypto7 libedit2 libz3-4
        for package in *.deb; do dpkg -x "$package" root; done
        rm -f ./*.deb
    ) || skip "its packages could not be had"
fi
root="$folder/root"
export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu:$root/usr/lib/llvm-19/lib"
"$root/usr/bin/rustc" --version
export RUSTC="$root/usr/bin/rustc" CARGO_TARGET_DIR="$target/rust-1.85/build"

echo "-- Rust 1.85: the workspace"
cargo check --quiet --workspace --all-features

# The standard library's parts are built from their source, which a stable compiler has to be told is wanted.
bare() {
    local triple="$1" parts="$2"
    shift 2
    RUSTC_BOOTSTRAP=1 "$root/usr/bin/cargo" check --quiet -Zbuild-std="$parts" --target "$triple" "$@"
}

echo "-- thumbv7m: no standard library"
bare thumbv7m-none-eabi core,alloc "${libraries[@]}" --no-default-features

echo "-- wasm32"
rust_lld="$(dirname "$(env -u RUSTC -u LD_LIBRARY_PATH rustc --print target-libdir)")/bin/rust-lld"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$rust_lld"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Clinker-flavor=wasm-ld"
bare wasm32-unknown-unknown std,panic_abort "${libraries[@]}"
echo "all three hold"
