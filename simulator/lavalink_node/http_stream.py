"""A web address read as a seekable file: ranges, redirects, and going on where a connection was cut."""

import http.client
import io
import logging
import socket
import ssl
import threading
from urllib.parse import urljoin, urlsplit

_LOG = logging.getLogger(__name__)
_MAX_REDIRECTS = 5
_MAX_RECONNECTS = 10
_REDIRECTS = (301, 302, 303, 307, 308)


class HttpStatusError(OSError):
    """The server answered, but not with the body."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Not success status code: {status}")
        self.status = status


class HttpStream:
    """Blocking, for one thread; `close` may come from another and ends a read with OSError.

    `url` is the final address after redirects, `length` None when the server names none (a stream).
    A body that ends too early or stalls for `timeout` seconds is asked for again from there, as lavaplayer
    does; one that then stalls without having brought a byte raises TimeoutError (recordings 32 and 33).
    """

    def __init__(self, url: str, timeout: float) -> None:
        self.url = url
        self.length: int | None = None
        self._timeout = timeout
        self._at = 0
        self._closed = False
        self._connection: http.client.HTTPConnection | None = None
        self._response: http.client.HTTPResponse | None = None
        self._socket: socket.socket | None = None
        self._brought_any = False
        self._busy = threading.Lock()
        self._request(0)

    def read(self, size: int = -1) -> bytes:
        """Return what has arrived, at most `size` bytes; empty at the end."""
        try:
            with self._busy:
                return self._read(size)
        finally:
            if self._closed:
                self._drop_unless_busy()

    def _read(self, size: int) -> bytes:
        for _ in range(_MAX_RECONNECTS):
            data = self._read_once(size)
            if data or self._at_end():
                return data
            _LOG.info("%s: cut at %d of %s, going on from there", self.url, self._at, self.length)
            self._request(self._at)
        raise OSError(f"{self.url} was cut {_MAX_RECONNECTS} times without a byte")

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move without asking for anything yet; OSError for an end nobody knows."""
        if whence == io.SEEK_CUR:
            offset += self._at
        elif whence == io.SEEK_END:
            if self.length is None:
                raise OSError("a stream has no end")
            offset += self.length
        if offset != self._at:
            self._at = offset
            self._drop()
        return offset

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seekable(self) -> bool:
        """Return whether other places than the next can be asked for."""
        return self.length is not None

    def close(self) -> None:
        """End the connection, and with it a read in another thread."""
        self._closed = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError as error:
                _LOG.debug("%s was closed already: %s", self.url, error)
        self._drop_unless_busy()

    def _drop_unless_busy(self) -> None:
        """A thread that reads now drops the connection itself: it must not be freed under its hands."""
        if self._busy.acquire(blocking=False):
            self._drop()
            self._busy.release()

    def _at_end(self) -> bool:
        return self.length is None or self._at >= self.length

    def _read_once(self, size: int) -> bytes:
        if self._response is None:
            if self.length is not None and self._at >= self.length:
                return b""
            self._request(self._at)
        response = self._response
        if response is None:
            raise OSError("closed")
        try:
            data = response.read1(size)
        except TimeoutError:
            if not self._brought_any:
                raise
            data = b""
        except (http.client.IncompleteRead, ConnectionError) as error:
            if self._closed:
                raise OSError("closed") from error
            data = b""
        self._at += len(data)
        self._brought_any = self._brought_any or bool(data)
        return data

    def _drop(self) -> None:
        connection, response = self._connection, self._response
        self._connection = self._response = None
        if response is not None:
            response.close()
        if connection is not None:
            connection.close()

    def _request(self, start: int) -> None:
        self._drop()
        self._brought_any = False
        for _ in range(_MAX_REDIRECTS):
            response = self._ask(start)
            if response.status not in _REDIRECTS:
                break
            response.close()
            self.url = urljoin(self.url, response.headers.get("Location", ""))
        self._response = response
        if not 200 <= response.status < 300:
            self._drop()
            raise HttpStatusError(response.status)
        if start == 0:
            length = response.headers.get("Content-Length")
            self.length = None if length is None else int(length)
        elif response.status != 206:
            self._skip(response, start)

    def _skip(self, response: http.client.HTTPResponse, count: int) -> None:
        """Throw away what comes before the wanted place, when the server ignores ranges."""
        while count > 0:
            data = response.read(min(count, 65536))
            if not data:
                raise OSError(f"{self.url} ended before the wanted place")
            count -= len(data)

    def _ask(self, start: int) -> http.client.HTTPResponse:
        if self._closed:
            raise OSError("closed")
        self._drop()
        parts = urlsplit(self.url)
        if parts.scheme == "https":
            self._connection = http.client.HTTPSConnection(
                parts.netloc, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            self._connection = http.client.HTTPConnection(parts.netloc, timeout=self._timeout)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": "*/*", "Icy-MetaData": "0"}
        if start:
            headers["Range"] = f"bytes={start}-"
        try:
            self._connection.request("GET", target, headers=headers)
            # The connection forgets its socket when the answer says it will be the last on it.
            self._socket = self._connection.sock
            return self._connection.getresponse()
        except OSError:
            self._drop()
            raise
        except http.client.HTTPException as error:
            self._drop()
            raise OSError(f"{self.url}: {error!r}") from error
