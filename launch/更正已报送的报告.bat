@echo off
rem Double-click this file, or drop workbooks or a folder on it. What it does is told by its name: the program knows them.
rem Only ASCII stands here, so that every code page reads it alike; messages in Chinese are texts and pages beside it.
setlocal DisableDelayedExpansion
set "HERE=%~dp0"
set "XLREPORT_LAUNCHER=%~n0"
if not defined XLREPORT_FOLDER set "XLREPORT_FOLDER=%HERE%"
set "STATE=%LOCALAPPDATA%\xlreport"
if not defined LOCALAPPDATA set "STATE=%TEMP%\xlreport"
if not exist "%STATE%\" mkdir "%STATE%" >nul 2>&1
rem What other programs set for their Pythons is none of ours.
set "PYTHONHOME="
set "PYTHONPATH="

rem A copy of this file beside the workbooks: where it came from was noted by an earlier run.
set "BASE=%HERE%"
call :complete
if not defined KIND if exist "%STATE%\home.txt" set /p BASE=<"%STATE%\home.txt"
set "BASE=%BASE:"=%"
if not defined KIND call :complete
if not defined KIND goto incomplete
>"%STATE%\home.txt" echo "%BASE%"
goto %KIND%

:bundled
set "PY=%BASE%python\python.exe"
goto run

:own
set "PY=%STATE%\env\Scripts\python.exe"
set "LOG=%STATE%\setup.log"
if exist "%BASE%wheelhouse\" dir /b "%BASE%wheelhouse" >"%STATE%\want.txt" 2>nul
if not exist "%BASE%wheelhouse\" copy /y "%BASE%..\pyproject.toml" "%STATE%\want.txt" >nul 2>&1
if exist "%PY%" fc /b "%STATE%\want.txt" "%STATE%\made-for.txt" >nul 2>&1 && goto run
set "FOUND="
call :try py -3
call :try python
call :try python3
if not defined FOUND goto nopython
call :say preparing
if exist "%STATE%\env\" rd /s /q "%STATE%\env" >nul 2>&1
%FOUND% -m venv "%STATE%\env" >"%LOG%" 2>&1
if errorlevel 1 goto failed
if exist "%BASE%wheelhouse\" "%PY%" -m pip install --disable-pip-version-check --no-index --find-links "%BASE%wheelhouse" xlreport >>"%LOG%" 2>&1
if not exist "%BASE%wheelhouse\" "%PY%" -m pip install --disable-pip-version-check "%BASE%.." >>"%LOG%" 2>&1
if errorlevel 1 goto failed
copy /y "%STATE%\want.txt" "%STATE%\made-for.txt" >nul 2>&1
goto run

:run
"%PY%" -I -m xlreport.desktop %*
exit /b %ERRORLEVEL%

:complete
set "KIND="
if exist "%BASE%..\pyproject.toml" set "KIND=own"
if exist "%BASE%wheelhouse\" set "KIND=own"
if exist "%BASE%python\python.exe" set "KIND=bundled"
exit /b 0

:try
if defined FOUND exit /b 0
%* -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1
if not errorlevel 1 set "FOUND=%*"
exit /b 0

:say
rem One line of Chinese: a text in UTF-8, under the code page for it.
if not exist "%BASE%%1.txt" exit /b 0
for /f "tokens=2 delims=:." %%c in ('chcp') do set "CODES=%%c"
chcp 65001 >nul 2>&1
type "%BASE%%1.txt"
chcp %CODES% >nul 2>&1
exit /b 0

:nopython
set "PAGE=need-python.html"
goto page

:failed
if exist "%STATE%\env\" rd /s /q "%STATE%\env" >nul 2>&1
set "PAGE=setup-failed.html"
goto page

:incomplete
rem The page in character references: the folder of the program was not found; double-click there once, then copy.
set "PAGE=xlreport.html"
set "BASE=%TEMP%\"
>"%TEMP%\xlreport.html" echo ^<!DOCTYPE html^>^<html lang="zh-CN"^>^<meta charset="utf-8"^>^<title^>xlreport^</title^>^<h1^>^&#25214;^&#19981;^&#21040;^&#31243;^&#24207;^&#25991;^&#20214;^&#22841;^</h1^>^<p^>^&#35831;^&#20808;^&#22312;^&#23433;^&#35013;^&#21253;^&#30340;^&#25991;^&#20214;^&#22841;^&#37324;^&#21452;^&#20987;^&#19968;^&#27425;^&#8220;^&#29983;^&#25104;^&#25253;^&#21578;^&#8221;^&#65292;^&#20877;^&#25226;^&#23427;^&#22797;^&#21046;^&#21040;^&#21035;^&#22788;^&#20351;^&#29992;^&#12290;^</p^>^</html^>
goto page

:page
call :say see-page
echo "%BASE%%PAGE%"
if not defined XLREPORT_NO_BROWSER start "" "%BASE%%PAGE%"
exit /b 4
