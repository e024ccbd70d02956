"""Messages that the example `drafts` wrote, read by CPython's email and by GMime: structure, names, addresses, octets.

    readers.py FOLDER

GMime is asked where its introspection data is installed (Debian: gir1.2-gmime-3.0, python3-gi).
"""
import email
import email.policy
import json
import pathlib
import sys


def by_cpython(octets):
    message = email.message_from_bytes(octets, policy=email.policy.default)
    defects = [repr(defect) for part in message.walk() for defect in part.defects]
    for part in message.walk():
        for name, value in part.items():
            defects += [f"{name}: {defect!r}" for defect in getattr(value, "defects", ())]
    assert not defects, defects

    def mailboxes(name):
        field = message[name]
        return [[a.display_name, a.addr_spec] for a in field.addresses] if field else []

    def part(part):
        if part.is_multipart():
            return {"type": part.get_content_type()}
        return {"type": part.get_content_type(), "name": part.get_filename(),
                "octets": (part.get_payload(decode=True) or b"").hex()}

    return {
        "subject": str(message["Subject"]), "from": mailboxes("From"), "to": mailboxes("To"),
        "date": int(message["Date"].datetime.timestamp()), "id": str(message["Message-ID"]).strip("<>"),
        "parts": [part(one) for one in message.walk()],
    }


def by_gmime(GMime):
    def mailboxes(addresses):
        found = []
        for at in range(addresses.length()):
            address = addresses.get_address(at)
            found.append([address.get_name() or "", address.get_addr()])
        return found

    def walk(entity, parts):
        # Part, then the parts in it, without recursion.
        todo = [entity]
        while todo:
            entity = todo.pop(0)
            content_type = entity.get_content_type().get_mime_type()
            if isinstance(entity, GMime.Multipart):
                parts.append({"type": content_type})
                todo[:0] = [entity.get_part(at) for at in range(entity.get_count())]
            elif isinstance(entity, GMime.MessagePart):
                parts.append({"type": content_type})
                todo.insert(0, entity.get_message().get_mime_part())
            else:
                stream = GMime.StreamMem.new()
                content = entity.get_content()
                if content is not None:
                    content.write_to_stream(stream)
                array = stream.get_byte_array()
                parts.append({"type": content_type, "name": entity.get_filename(), "octets": bytes(array).hex()})
        return parts

    def read(octets):
        stream = GMime.StreamMem.new_with_buffer(octets)
        message = GMime.Parser.new_with_stream(stream).construct_message(None)
        return {
            "subject": message.get_subject(), "from": mailboxes(message.get_from()),
            "to": mailboxes(message.get_to()), "date": message.get_date().to_unix(),
            "id": message.get_message_id(), "parts": walk(message.get_mime_part(), []),
        }

    return read


def readers():
    yield "CPython email", by_cpython
    try:
        import gi
        gi.require_version("GMime", "3.0")
        from gi.repository import GMime
        GMime.init()
        yield "GMime", by_gmime(GMime)
    except (ImportError, ValueError) as error:
        print(f"GMime is not here: {error}")


def main():
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.glob("*.eml"))
    assert files, f"no message in {folder}"
    failed = 0
    for name, read in readers():
        differences = 0
        for file in files:
            expected = json.loads(file.with_suffix(".json").read_text())
            try:
                found = read(file.read_bytes())
            except AssertionError as error:
                found = {"defects": str(error)}
            if name == "CPython email":
                # Blanks between the encoded words of a name (RFC 2047 section 6.2) are compared by GMime alone.
                for one in (found, expected):
                    for field in ("from", "to"):
                        one[field] = [[who.replace(" ", ""), at] for who, at in one.get(field, [])]
            if found != expected:
                differences += 1
                for key in sorted(expected.keys() | found.keys()):
                    if expected.get(key) != found.get(key) and differences <= 10:
                        print(f"{name}: {file.name}: {key}\n  written {expected.get(key)}\n  read    {found.get(key)}")
        print(f"{name}: {len(files)} messages, {differences} read otherwise")
        failed += differences
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
